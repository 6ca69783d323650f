namespace Infernet.Core.Audits;

/// <summary>
/// Wald's sequential probability ratio test over the audits of one peer, with Wald's bounds: condemned above
/// ln((1 - missed) / alarm), passed below ln(missed / (1 - alarm)). Immutable: each audit gives the next test.
/// <list type="bullet">
/// <item>A peer that cheats need not do so always. Each audit counts by the ratio of a mixture, "cheats in a share f of
/// its shards": ln(1 - f + f e^llr). That is a likelihood ratio too, and no honest shard takes more than ln(1 - f) off.</item>
/// <item>After a pass the test begins anew at 0. So a good past buys nothing: the account never goes below the lower
/// bound, as in a CUSUM chart.</item>
/// <item>Test number k (from 1) may raise a false alarm with probability 6 / (pi k)^2 times the allowed one; over all k
/// that adds up to the allowed one. So it holds for a peer's whole life and not per test, and the upper bound rises by
/// 2 ln k alone: by 9 after a hundred passed tests.</item>
/// </list>
/// </summary>
/// <param name="LogLikelihoodRatio">What the running test has gathered; positive speaks for cheating.</param>
/// <param name="Passed">How many tests ended for the peer.</param>
/// <param name="Audits">How many audits went into all tests.</param>
/// <param name="State">What follows.</param>
public sealed record SequentialTest(double LogLikelihoodRatio, int Passed, long Audits, SequentialState State)
{
    /// <summary>A peer of which nothing is known.</summary>
    public static SequentialTest Start { get; } = new(0, 0, 0, SequentialState.Undecided);

    /// <summary>Adds an audit's log-likelihood ratio. A condemned peer stays so.</summary>
    public SequentialTest Add(double logLikelihoodRatio, SequentialErrors? errors = null)
    {
        errors ??= SequentialErrors.Default;
        if (State == SequentialState.Cheater)
        {
            return this with { Audits = Audits + 1 };
        }

        double sum = LogLikelihoodRatio + Mixed(logLikelihoodRatio, errors.CheatedShare);
        return sum >= UpperBound(Passed + 1, errors) ? new(sum, Passed, Audits + 1, SequentialState.Cheater)
            : sum <= LowerBound(errors) ? new(0, Passed + 1, Audits + 1, SequentialState.Honest)
            : new(sum, Passed, Audits + 1, SequentialState.Undecided);
    }

    /// <summary>From where on a peer is condemned in its n-th test, counted from 1.</summary>
    public static double UpperBound(int test, SequentialErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        double allowed = errors.FalseAlarm * 6 / (Math.PI * Math.PI * test * test);
        return Math.Log((1 - errors.Missed) / allowed);
    }

    /// <summary>From where on a test ends for the peer.</summary>
    public static double LowerBound(SequentialErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        return Math.Log(errors.Missed / (1 - errors.FalseAlarm));
    }

    private static double Mixed(double ratio, double share)
    {
        double capped = Math.Min(ratio, AuditEvidence.MostPerAudit);
        return Math.Log(1 - share + share * Math.Exp(capped));
    }
}
