namespace Infernet.Core.Api;

/// <summary>What came of settling on demand.</summary>
public sealed record SettleReport
{
    /// <summary>What was paid out.</summary>
    public IReadOnlyList<SettlementView> Settled { get; init; } = [];

    /// <summary>For each channel that could not be settled, a sentence.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
