using Infernet.Core.Payments;
using Infernet.Core.Reputation;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// How much a payer may owe. A newcomer gets what <see cref="FirstCredit"/> says, whoever it says it is. Standing widens the
/// smallest window, and so does half of what it has paid this node, up to that of the best standing; but never beyond the
/// smallest and half of what was truly exchanged with the peer (what it paid this node, and what its work for this node is
/// worth), so that running away with a window costs more than it brings. A stake adds what it is, since it pays for a loss and
/// buys no standing. Pure.
/// </summary>
internal static class CreditPolicy
{
    /// <summary>The window in the smallest unit.</summary>
    /// <param name="standing">What this node thinks of the payer.</param>
    /// <param name="paid">What it has paid this node so far.</param>
    /// <param name="staked">Its stake in the same asset.</param>
    /// <param name="first">What it is lent without a reason: at least the smallest window.</param>
    /// <param name="priceOf">What so many tokens cost.</param>
    /// <param name="options">The bounds of windows in tokens.</param>
    public static PayerWindow Window(
        PeerStanding standing, ulong paid, ulong staked, ulong first, Func<long, ulong> priceOf, ReputationOptions options)
    {
        if (standing.IsExcluded)
        {
            return new PayerWindow(staked, 0);
        }

        ulong smallest = priceOf(options.SmallestCredit);
        ulong byStanding = priceOf(CreditWindow.Of(Math.Clamp(standing.QueuePriority, 0, 1), 0, options));
        ulong byPayments = Math.Min(paid / 2, priceOf(options.LargestCredit));
        ulong earned = Math.Max(smallest, Math.Max(byStanding, byPayments));
        ulong exchanged = Sum(paid / 2, priceOf((long)(standing.SettledTokens / 2)));
        ulong reasoned = Math.Min(earned, Sum(smallest, exchanged));
        return new PayerWindow(Sum(Math.Max(reasoned, first), staked), first > reasoned ? first - reasoned : 0);
    }

    /// <summary>What so many tokens cost by the dearer of the two prices, with the engine time that they take.</summary>
    public static ulong PriceOf(Prices prices, long tokens, TimeSpan timePerToken)
    {
        ulong time = (ulong)(tokens * (double)(timePerToken.Ticks / TimeSpan.TicksPerMicrosecond));
        return Math.Max(
            prices.CostOf(new Usage((ulong)tokens, 0, time)), prices.CostOf(new Usage(0, (ulong)tokens, time)));
    }

    private static ulong Sum(ulong left, ulong right) => left > ulong.MaxValue - right ? ulong.MaxValue : left + right;
}
