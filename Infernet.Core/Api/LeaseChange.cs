namespace Infernet.Core.Api;

/// <summary>What was done to a lease, or would be: before, after, and what it cost.</summary>
public sealed record LeaseChange
{
    /// <summary>Absent if it did not exist.</summary>
    public LeaseView? Before { get; init; }

    /// <summary>Absent while it is only asked for.</summary>
    public LeaseView? After { get; init; }

    public required SpendView Spend { get; init; }
}
