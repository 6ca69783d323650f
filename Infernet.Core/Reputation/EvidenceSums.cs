using Infernet.Core.Audits;

namespace Infernet.Core.Reputation;

/// <summary>
/// Audited shards of one peer from one reporter, added up in the order of their times: an account, in which the same
/// answer to the same question counts once, however many receipts it stands in.
/// </summary>
internal sealed class EvidenceSums
{
    private readonly ReputationOptions _options;
    private readonly DateTimeOffset _now;
    private readonly Trial _trial;
    private readonly HashSet<UInt128> _known = [];

    public EvidenceSums(ReputationOptions options, DateTimeOffset now)
    {
        (_options, _now) = (options, now);
        _trial = new Trial(options);
    }

    public double Passed { get; private set; }

    public double Failed { get; private set; }

    /// <summary>What both would be if all auditors were trusted.</summary>
    public double Claimed { get; private set; }

    public int AuditsPassed { get; private set; }

    public int AuditsFailed { get; private set; }

    public double Ratio => _trial.Ratio;

    public DateTimeOffset? ConvictedAt => _trial.ConvictedAt;

    public bool IsConvicted => _trial.IsConvicted(_now);

    /// <summary>The expected share of right shards, 1/2 without evidence.</summary>
    public double Mean => (1 + Passed) / (2 + Passed + Failed);

    /// <summary>Hears one shard; returns what it adds for and against the peer: nothing if all of it was heard.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="trust">What its auditors' word weighs, 0..1.</param>
    public (double Passed, double Failed) Hear(AuditedShard shard, double trust)
    {
        if (shard.Beyond(_known) is not { } finding)
        {
            return (0, 0);
        }

        _known.UnionWith(shard.Contents);
        _trial.Hear(finding, trust, shard.At);
        TimeSpan age = _now - shard.At;
        (double passed, double failed) = finding.Outcome switch
        {
            ShardOutcome.Verified => (Decay.Of(age, _options.PassHalfLife), 0d),
            ShardOutcome.Suspicious => (0d, _options.SuspicionWeight * Decay.Of(age, _options.PassHalfLife)),
            ShardOutcome.Rejected => (0d, _options.RejectionWeight * Decay.Of(age, _options.FailHalfLife)),
            _ => (0d, 0d),
        };
        Claimed += passed + failed;
        (passed, failed) = (passed * trust, failed * trust);
        AuditsPassed += finding.Outcome == ShardOutcome.Verified ? 1 : 0;
        AuditsFailed += finding.Outcome == ShardOutcome.Rejected ? 1 : 0;
        Passed += passed;
        Failed += failed;
        return (passed, failed);
    }
}
