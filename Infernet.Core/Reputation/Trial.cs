namespace Infernet.Core.Reputation;

/// <summary>
/// A peer's sequential test over its audited shards, in the order of their times (Wald's test, restarted after each
/// acquittal). The alternative is not "cheats always" but "spoils a share f of its shards", so a shard's ratio is that
/// of the mixture, log((1 − f) + f·e^llr): an honest shard acquits by no more than log(1 − f), and whoever cheats
/// now and then can't wash a bad shard with the next good one. The mixture's ratio has the expectation 1 under
/// honesty as the shard's own has, hence a test convicts an honest peer with a probability of at most α (Ville). One
/// shard counts for at most <see cref="MostOfBound"/> of the bound: it takes two to convict.
/// </summary>
internal sealed class Trial(ReputationOptions options)
{
    private const double MostOfBound = 0.75;

    private readonly double _upper = Math.Log((1 - options.MissedConvictions) / options.FalseConvictions);
    private readonly double _lower = Math.Log(options.MissedConvictions / (1 - options.FalseConvictions));

    /// <summary>The running log-likelihood ratio since the last acquittal.</summary>
    public double Ratio { get; private set; }

    /// <summary>When the bound was crossed, or the last rejected shard after that; null if it never was.</summary>
    public DateTimeOffset? ConvictedAt { get; private set; }

    /// <summary>Hears one audited shard; those of one peer in the order of their times.</summary>
    public void Hear(double logLikelihoodRatio, DateTimeOffset at)
    {
        Ratio += Math.Min(Mixture(logLikelihoodRatio, options.CheatShare), MostOfBound * _upper);
        if (Ratio >= _upper)
        {
            ConvictedAt = at;
        }
        else if (Ratio <= _lower)
        {
            Ratio = 0;
        }
    }

    /// <summary>Whether a conviction keeps the peer out at a time.</summary>
    public bool IsConvicted(DateTimeOffset now) =>
        ConvictedAt is { } at && now - at < options.ConvictionLifetime;

    // log(1 − f + f·e^x), without an overflow for large x.
    private static double Mixture(double x, double f) => x > 30
        ? Math.Log(f) + x
        : Math.Log(1 - f + f * Math.Exp(x));
}
