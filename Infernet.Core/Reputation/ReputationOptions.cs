namespace Infernet.Core.Reputation;

/// <summary>The numbers of <see cref="ReputationLedger"/>. Immutable.</summary>
public sealed record ReputationOptions
{
    /// <summary>After how long an audit that was passed counts half.</summary>
    public TimeSpan PassHalfLife { get; init; } = TimeSpan.FromDays(14);

    /// <summary>After how long an audit that was failed counts half: longer, so that waiting does not pay.</summary>
    public TimeSpan FailHalfLife { get; init; } = TimeSpan.FromDays(90);

    /// <summary>After how long settled work counts half.</summary>
    public TimeSpan FlowHalfLife { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How many passed audits one rejected shard outweighs.</summary>
    public double RejectionWeight { get; init; } = 10;

    /// <summary>What a shard counts against its provider that looks wrong, but not surely so.</summary>
    public double SuspicionWeight { get; init; } = 0.5;

    /// <summary>Share of the belief that lies below the score.</summary>
    public double ScoreQuantile { get; init; } = 0.05;

    /// <summary>Evidence for a peer, in audits, below which it is a newcomer.</summary>
    public double NewcomerAudits { get; init; } = 8;

    /// <summary>The mildest cheat that the sequential test looks for: one that spoils this share of its shards.</summary>
    public double CheatShare { get; init; } = 0.1;

    /// <summary>Probability that an honest peer's test ends in a conviction.</summary>
    public double FalseConvictions { get; init; } = 1e-4;

    /// <summary>Probability that a cheater's test ends in an acquittal.</summary>
    public double MissedConvictions { get; init; } = 1e-2;

    /// <summary>How long a conviction keeps a peer out, from its last rejected shard on.</summary>
    public TimeSpan ConvictionLifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Settled completion tokens at which a peer's word weighs half of what it can weigh at most.</summary>
    public double HalfWeightTokens { get; init; } = 20_000;

    /// <summary>What those weigh together whom a peer vouches for by settled work, as a share of its own weight.</summary>
    public double SecondHopShare { get; init; } = 0.5;

    /// <summary>Most audits that one reporter's evidence counts for, before it is weighed.</summary>
    public double MaxPerReporter { get; init; } = 2;

    /// <summary>Most audits that the evidence of all others counts for: half of what makes no newcomer any more.</summary>
    public double MaxThirdParty { get; init; } = 4;

    /// <summary>What the voices must weigh together that convict a peer without an audit of one's own. A voice weighs
    /// less than 1, so it takes three at least.</summary>
    public double BanWeight { get; init; } = 2;

    /// <summary>Tokens that may be out at a peer of score 0.</summary>
    public long SmallestCredit { get; init; } = 4_096;

    /// <summary>Tokens that may be out at a peer of score 1.</summary>
    public long LargestCredit { get; init; } = 1_048_576;

    /// <summary>The mean below which a peer is drawn as an auditor no more.</summary>
    public double LeastAuditorScore { get; init; } = 0.3;

    /// <summary>After how long what is known of an auditor counts half.</summary>
    public TimeSpan AuditorHalfLife { get; init; } = TimeSpan.FromDays(30);
}
