namespace Infernet.Core.Api;

/// <summary>What came of settling on demand.</summary>
public sealed record SettleReport
{
    /// <summary>What was paid out.</summary>
    public IReadOnlyList<SettlementView> Settled { get; init; } = [];

    /// <summary>What would be paid out, where it is only asked for; without transactions.</summary>
    public IReadOnlyList<SettlementView> Due { get; init; } = [];

    /// <summary>What that takes at most; absent if nothing is due, or it is not only asked for.</summary>
    public SpendView? Spend { get; init; }

    /// <summary>For each channel that could not be settled, a sentence.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
