using Infernet.Core.Identity;

namespace Infernet.Core.Reputation;

/// <summary>
/// What one node thinks of another at one moment, computed from signed facts alone: nobody else's opinion is in it.
/// <see cref="ReputationLedger"/> says how each number comes about. Immutable.
/// </summary>
public sealed record PeerStanding
{
    public required PeerId Peer { get; init; }

    /// <summary>The lower bound of the credible interval of <see cref="Mean"/>, 0..1: what consequences follow.</summary>
    public required double Score { get; init; }

    /// <summary>The expected share of its shards that are right, 0..1.</summary>
    public required double Mean { get; init; }

    /// <summary>Evidence for it from audits of its work for this node, in audits, decayed with time.</summary>
    public double OwnPassed { get; init; }

    /// <summary>Evidence against it from audits of its work for this node; a rejection counts as many passes.</summary>
    public double OwnFailed { get; init; }

    /// <summary>Evidence for it that others signed, weighed by who they are, and capped.</summary>
    public double ThirdPartyPassed { get; init; }

    /// <summary>Evidence against it that others signed, weighed by who they are, and capped.</summary>
    public double ThirdPartyFailed { get; init; }

    /// <summary>Shards of this node that were audited and found right, as far as the evidence is kept.</summary>
    public int AuditsPassed { get; init; }

    /// <summary>Shards of this node that were audited and rejected.</summary>
    public int AuditsFailed { get; init; }

    /// <summary>The running log-likelihood ratio of this node's sequential test: above 0 speaks for a cheater.</summary>
    public double LogLikelihoodRatio { get; init; }

    /// <summary>Why nothing is given to it any more, as a sentence; null if work may be given to it.</summary>
    public string? Exclusion { get; init; }

    public bool IsExcluded => Exclusion is not null;

    /// <summary>Tokens that may be out at it or not yet judged; 0 if it is excluded.</summary>
    public required long CreditWindow { get; init; }

    /// <summary>Completion tokens that it computed for this node and both sides signed for, decayed with time.</summary>
    public double SettledTokens { get; init; }

    /// <summary>Completion tokens that this node computed for it and both sides signed for, decayed with time.</summary>
    public double TokensAsked { get; init; }

    /// <summary>What its word about others weighs here, 0..1; 0 if nothing was settled with it.</summary>
    public double ReporterWeight { get; init; }

    /// <summary>How often it judged as others did and knew canaries for what they are, as a mean, 0..1.</summary>
    public required double AuditorScore { get; init; }

    /// <summary>Whether it may be drawn as an auditor.</summary>
    public required bool MayAudit { get; init; }

    /// <summary>Whether too little of its work was verified for anything but caution.</summary>
    public required bool IsNewcomer { get; init; }

    /// <summary>Where it stands in a queue for this node's time; the highest goes first.</summary>
    public required double QueuePriority { get; init; }

    /// <summary>The time of the oldest evidence about it; null without any.</summary>
    public DateTimeOffset? FirstSeen { get; init; }
}
