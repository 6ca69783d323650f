using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Spending;

/// <summary>How much of each mint may leave, and be promised, in one day; of any other mint nothing.</summary>
internal sealed record SpendingCaps(Address Mint, ulong Daily, ulong DailyLamports, ulong DailyStake)
{
    public static SpendingCaps Of(ChainOptions options) =>
        new(options.Mint, options.DailyCap, options.DailyLamports, options.DailyStake);

    /// <param name="mint">The default address for lamports.</param>
    /// <param name="isStake">Whether stakes are in this mint.</param>
    public ulong For(Address mint, bool isStake)
    {
        ulong cap = mint == Mint ? Daily : mint == default ? DailyLamports : isStake ? DailyStake : 0;

        // The journal's numbers have 63 bits.
        return Math.Min(cap, long.MaxValue);
    }
}
