namespace Infernet.Core.Api;

/// <summary>What was done to a stake, or would be: before, after, and what it cost.</summary>
public sealed record StakeChange
{
    public required StakeView Before { get; init; }

    /// <summary>Absent while it is only asked for.</summary>
    public StakeView? After { get; init; }

    public required SpendView Spend { get; init; }
}
