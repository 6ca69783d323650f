namespace Infernet.Core.Api;

/// <summary>One verdict of an evidence file.</summary>
public sealed record EvidenceVerdictView
{
    public string? Auditor { get; init; }

    public string? Outcome { get; init; }

    public double? LogLikelihoodRatio { get; init; }

    /// <summary>What was looked at and is right, in order.</summary>
    public required IReadOnlyList<string> Passed { get; init; }

    /// <summary>What was looked at next and is wrong.</summary>
    public string? Failed { get; init; }

    /// <summary>Why.</summary>
    public string? Problem { get; init; }
}
