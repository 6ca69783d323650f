namespace Infernet.Core.Api;

/// <summary>One audited shard, and what it adds to what is thought of its provider.</summary>
public sealed record ReputationEntry
{
    public required DateTimeOffset At { get; init; }

    /// <summary>Whether this node asked for the audit.</summary>
    public required bool Own { get; init; }

    /// <summary>Whose job it was.</summary>
    public required string Reporter { get; init; }

    public required IReadOnlyList<string> Auditors { get; init; }

    /// <summary>"verified", "suspicious", "rejected" or "void".</summary>
    public required string Outcome { get; init; }

    public required double LogLikelihoodRatio { get; init; }

    /// <summary>What the reporter's word weighs, 0..1.</summary>
    public required double Weight { get; init; }

    /// <summary>Added for the provider, in audits.</summary>
    public required double Passed { get; init; }

    /// <summary>Added against it.</summary>
    public required double Failed { get; init; }

    /// <summary>SHA-256 of each piece of evidence.</summary>
    public required IReadOnlyList<string> Evidence { get; init; }
}
