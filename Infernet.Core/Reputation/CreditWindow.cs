namespace Infernet.Core.Reputation;

/// <summary>How many tokens may be out at a peer, or not yet judged: what is lost at most if it turns out to cheat.
/// </summary>
public static class CreditWindow
{
    /// <summary>
    /// Smallest · (Largest / Smallest)^score, so that equal steps of the score multiply the window equally, and what a
    /// stake covers on top: a stake pays for a loss, it buys no reputation.
    /// </summary>
    /// <param name="score">0..1.</param>
    /// <param name="stakedTokens">The tokens that the peer's stake would pay for; 0 where nothing is staked.</param>
    /// <param name="options">The window's bounds.</param>
    public static long Of(double score, long stakedTokens, ReputationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(stakedTokens);
        double growth = (double)options.LargestCredit / options.SmallestCredit;
        double window = options.SmallestCredit * Math.Pow(growth, Math.Clamp(score, 0, 1));
        return (long)Math.Min(window + stakedTokens, long.MaxValue / 2);
    }
}
