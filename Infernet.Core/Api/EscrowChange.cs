namespace Infernet.Core.Api;

/// <summary>What was done to an escrow, or would be: before, after, and what it cost.</summary>
public sealed record EscrowChange
{
    /// <summary>Absent if it did not exist.</summary>
    public EscrowView? Before { get; init; }

    /// <summary>Absent while it is only asked for.</summary>
    public EscrowView? After { get; init; }

    public required SpendView Spend { get; init; }
}
