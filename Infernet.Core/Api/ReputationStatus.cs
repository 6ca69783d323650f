namespace Infernet.Core.Api;

/// <summary>What a node thinks of a peer; see docs/TRUST.md for how each number comes about.</summary>
public sealed record ReputationStatus
{
    public required string PeerId { get; init; }

    /// <summary>The lower bound, 0..1, from which everything follows.</summary>
    public required double Score { get; init; }

    public required double Mean { get; init; }

    public required bool Newcomer { get; init; }

    /// <summary>Why nothing is given to it any more; absent if work may be given to it.</summary>
    public string? Exclusion { get; init; }

    public required int AuditsPassed { get; init; }

    public required int AuditsFailed { get; init; }

    /// <summary>Evidence for and against it, in audits, decayed: this node's own and that of others.</summary>
    public required double OwnPassed { get; init; }

    public required double OwnFailed { get; init; }

    public required double OthersPassed { get; init; }

    public required double OthersFailed { get; init; }

    public required double LogLikelihoodRatio { get; init; }

    /// <summary>Tokens that may be out at it.</summary>
    public required long CreditTokens { get; init; }

    /// <summary>Tokens that it computed for this node, and this node for it, decayed.</summary>
    public required double SettledTokens { get; init; }

    public required double TokensAsked { get; init; }

    /// <summary>What its word about others weighs here, 0..1.</summary>
    public required double ReporterWeight { get; init; }

    public required double AuditorScore { get; init; }

    public required bool MayAudit { get; init; }

    public required double QueuePriority { get; init; }

    public DateTimeOffset? FirstSeen { get; init; }
}
