using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// When the best voucher of a channel goes to the chain: when it is worth enough, has waited for long, or when the
/// channel or the voucher is about to end. Never when that would cost more than it brings. Pure.
/// </summary>
internal static class SettlementPolicy
{
    /// <summary>The reason that does not wait for a job's end.</summary>
    public const string Ends = "it ends";

    /// <summary>Why a channel is settled now, in a word for the log; null if it is not.</summary>
    /// <param name="channel">As it was read, and what is held of it.</param>
    /// <param name="now">The time.</param>
    /// <param name="onDemand">Whether the owner asks for it.</param>
    /// <param name="options">The bounds.</param>
    public static string? Reason(
        EarningChannelRecord channel, DateTimeOffset now, bool onDemand, EarningOptions options)
    {
        if (channel.IsClosed || Gain(channel) <= Cost(channel, options))
        {
            return null;
        }

        return Urgency(channel, now, options)
            ?? (onDemand ? "asked for"
            : (ulong)channel.Unsettled >= options.SettleAmount ? "amount"
            : channel.HeldSince + options.SettleAge <= now ? "age"
            : null);
    }

    /// <summary>Whether what is held may soon be worth nothing.</summary>
    public static bool IsUrgent(EarningChannelRecord channel, DateTimeOffset now, EarningOptions options) =>
        Urgency(channel, now, options) is not null;

    /// <summary>
    /// Why an escrow is released now; null if it is not. That ends it, so its job has to have ended here, and what is owed
    /// for that is waited for as long as there is time.
    /// </summary>
    /// <param name="escrow">As it was read, and what is held of it.</param>
    /// <param name="isWorkedFor">Whether a stream of its job is open.</param>
    /// <param name="owed">What its job owes, and means to pay.</param>
    /// <param name="now">The time.</param>
    /// <param name="onDemand">Whether the owner asks for it.</param>
    /// <param name="options">The bounds.</param>
    public static string? ReleaseReason(
        EarningChannelRecord escrow, bool isWorkedFor, long owed, DateTimeOffset now, bool onDemand,
        EarningOptions options) =>
        escrow.IsClosed || escrow.Expiry <= now || Gain(escrow) <= Cost(escrow, options) ? null
            : escrow.Expiry - options.SettleMargin <= now ? Ends
            : isWorkedFor ? null
            : owed <= 0 ? "its job has ended"
            : escrow.Unsettled >= escrow.Deposit ? "it is used up"
            : onDemand ? "asked for"
            : null;

    /// <summary>This node's share of what is held and not settled.</summary>
    public static ulong Gain(EarningChannelRecord channel) => channel.Unsettled <= 0
        ? 0
        : channel.Terms.Divide((ulong)channel.Settled, (ulong)channel.Held).Payee;

    /// <summary>
    /// How often a channel is looked at: oftener, the less time its payer has to leave for settling, and seldom where it
    /// seems to be gone.
    /// </summary>
    public static TimeSpan Interval(EarningChannelRecord channel, EarningOptions options)
    {
        TimeSpan relaxed = channel.IsClosed ? TimeSpan.FromHours(1) : channel.WithdrawDelay / 20;
        return relaxed > options.WatchInterval ? relaxed : options.WatchInterval;
    }

    private static string? Urgency(EarningChannelRecord channel, DateTimeOffset now, EarningOptions options) =>
        channel.ReclaimAt is not null ? "its payer closes it"
        : channel.Expiry - options.SettleMargin <= now ? Ends
        : EndOf(channel) - options.SettleMargin <= now ? "its voucher ends"
        : null;

    // What tokens are worth in lamports nobody knows here: any gain is one.
    private static ulong Cost(EarningChannelRecord channel, EarningOptions options) =>
        channel.Key.Mint == default
        ? channel.Escrow is null ? options.SettleCost : options.ReleaseCost
        : 0;

    private static DateTimeOffset EndOf(EarningChannelRecord channel) => channel.VoucherExpiry <= 0
        ? DateTimeOffset.MaxValue
        : DateTimeOffset.FromUnixTimeSeconds(
            Math.Min(channel.VoucherExpiry, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
