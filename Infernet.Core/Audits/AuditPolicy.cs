namespace Infernet.Core.Audits;

/// <summary>
/// How often shards are audited: a base rate, higher for newcomers, for a poor reputation and for expensive jobs, and
/// towards 1 as suspicion grows. Immutable, validated when made.
/// </summary>
public sealed record AuditPolicy
{
    private const double SmallJob = 1e4;
    private const double LargeJob = 1e6;
    private const double PoorScore = 0.5;

    private readonly double _baseRate = 0.1;

    /// <summary>The share of a well-known peer's shards that is audited. 0 audits nobody.</summary>
    public double BaseRate
    {
        get => _baseRate;
        init => _baseRate = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "An audit rate is 0 to 1.");
    }

    /// <summary>Until it has passed so many audits, every shard of a peer is audited.</summary>
    public int NewcomerAudits { get; init; } = 8;

    /// <summary>By how much the most expensive jobs are audited more often.</summary>
    public double CostFactor { get; init; } = 2;

    /// <summary>By how much peers of the worst reputation are audited more often.</summary>
    public double PoorScoreFactor { get; init; } = 3;

    /// <summary>
    /// The running log-likelihood ratio from which on every shard is audited: ten to one, what makes one shard
    /// suspicious. Honest peers seldom come near it, so looking early costs next to nothing.
    /// </summary>
    public double CertainSuspicion { get; init; } = ShardJudgement.SuspicionBound;

    /// <summary>The share of this peer's shards to audit in a job of so many tokens, in parts per million.</summary>
    public uint RatePpm(AuditSubject subject, double jobTokens) =>
        (uint)Math.Round(Rate(subject, jobTokens) * AuditDraw.Always);

    /// <summary>The share of this peer's shards to audit in a job of so many tokens, 0 to 1.</summary>
    public double Rate(AuditSubject subject, double jobTokens)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (BaseRate == 0)
        {
            return 0;
        }

        double rate = Math.Min(1, Math.Max(BaseRate, Newcomer(subject)) * Expense(jobTokens) * Reputation(subject));
        double suspicion = Math.Clamp(subject.LogLikelihoodRatio / CertainSuspicion, 0, 1);
        return rate + (1 - rate) * suspicion;
    }

    // Falls as 1/n, so that a peer's first n shards hold about 8 (1 + ln n/8) audits until the base rate is reached.
    private double Newcomer(AuditSubject subject) =>
        subject.AuditsPassed < NewcomerAudits ? 1 : NewcomerAudits / (subject.AuditsPassed + 1);

    private double Expense(double tokens) =>
        1 + (CostFactor - 1) * Math.Clamp(
            Math.Log(Math.Max(1, tokens) / SmallJob) / Math.Log(LargeJob / SmallJob), 0, 1);

    private double Reputation(AuditSubject subject) =>
        1 + (PoorScoreFactor - 1) * Math.Clamp((PoorScore - subject.Score) / PoorScore, 0, 1);
}
