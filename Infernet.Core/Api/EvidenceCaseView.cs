namespace Infernet.Core.Api;

/// <summary>One shard that an evidence file is about.</summary>
public sealed record EvidenceCaseView
{
    /// <summary>Who did the work; absent, as all that follows from the receipt, where no verdict on it holds.</summary>
    public string? Provider { get; init; }

    public string? Aggregator { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public required bool Verified { get; init; }

    /// <summary>What is wrong beyond the verdicts.</summary>
    public string? Problem { get; init; }

    /// <summary>"verified", "suspicious" or "rejected": what the verdicts come to; absent where something is wrong.
    /// </summary>
    public string? Outcome { get; init; }

    public double? LogLikelihoodRatio { get; init; }

    public required IReadOnlyList<EvidenceVerdictView> Verdicts { get; init; }
}
