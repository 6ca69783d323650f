using Infernet.Core.Audits;

namespace Infernet.Core.Reputation;

/// <summary>
/// A peer's sequential test (<see cref="SequentialTest"/>) over its audited shards in the order of their times, and until
/// when a conviction holds. It looks for peers that spoil as few as <see cref="ReputationOptions.CheatShare"/> of their
/// shards: a good shard then acquits by no more than log(1 − f), so that nobody washes a bad one with the next good one.
/// </summary>
internal sealed class Trial
{
    private readonly ReputationOptions _options;
    private readonly SequentialErrors _errors;
    private SequentialTest _test = SequentialTest.Start;

    public Trial(ReputationOptions options)
    {
        _options = options;
        _errors = new SequentialErrors
        {
            FalseAlarm = options.FalseConvictions, Missed = options.MissedConvictions, CheatedShare = options.CheatShare,
        };
    }

    /// <summary>The running log-likelihood ratio since the last acquittal.</summary>
    public double Ratio => _test.LogLikelihoodRatio;

    /// <summary>When the peer was convicted, or rejected again after that; null if it never was.</summary>
    public DateTimeOffset? ConvictedAt { get; private set; }

    /// <summary>Hears one audited shard; those of one peer in the order of their times.</summary>
    public void Hear(ShardFinding finding, double trust, DateTimeOffset at)
    {
        if (ConvictedAt is { } convicted && at - convicted >= _options.ConvictionLifetime)
        {
            _test = SequentialTest.Start;
            ConvictedAt = null;
        }

        _test = _test.Add(finding.LogLikelihoodRatio * trust, _errors);
        if (_test.State == SequentialState.Cheater
            && (ConvictedAt is null || finding.Outcome == ShardOutcome.Rejected))
        {
            ConvictedAt = at;
        }
    }

    /// <summary>Whether a conviction keeps the peer out at a time.</summary>
    public bool IsConvicted(DateTimeOffset now) =>
        ConvictedAt is { } at && now - at < _options.ConvictionLifetime;
}
