using Infernet.Core.Jobs;

namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>
/// What votes say of a provider, as a log-likelihood ratio of cheating against honesty: pure arithmetic, for this
/// node's own judgement only. A cheater is taken to be outvoted on every other input. An honest provider is outvoted on
/// few, and how few depends on the comparison: bytes of honest answers differ where hardware does.
/// </summary>
internal static class VoteEvidence
{
    private const double OutvotedIfCheater = 0.5;
    private const double OutvotedIfHonestByBytes = 0.2;
    private const double OutvotedIfHonest = 0.02;

    /// <summary>The ratio for the answers under one receipt.</summary>
    public static double Ratio(int agreed, int outvoted, OutputComparison comparison)
    {
        double honest = comparison == OutputComparison.Bytes ? OutvotedIfHonestByBytes : OutvotedIfHonest;
        return outvoted * Math.Log(OutvotedIfCheater / honest)
            + agreed * Math.Log((1 - OutvotedIfCheater) / (1 - honest));
    }
}
