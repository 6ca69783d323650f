using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>Whether a voucher can be had, rule by rule. Pure.</summary>
internal static class VoucherCheck
{
    /// <param name="payment">As it came.</param>
    /// <param name="channel">The channel that it has to be for.</param>
    /// <param name="asset">What the amounts are in, for the reasons.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">How long a voucher must be good, and how old a reading of the chain may be.</param>
    public static VoucherFinding Find(
        Payment payment, EarningChannelRecord channel, Asset asset, DateTimeOffset now, EarningOptions options)
    {
        if (!Voucher.TryDecode(payment.Voucher.Span, out Voucher voucher))
        {
            return Violation(default, $"a voucher has {Voucher.Length} bytes that begin with 56 01");
        }

        if (voucher.Channel.ToString() != channel.Channel)
        {
            return Violation(voucher, $"the voucher is for the channel {voucher.Channel}, not for {channel.Channel}");
        }

        if (voucher.Cumulative == (ulong)channel.Held)
        {
            return new VoucherFinding(VoucherOutcome.Known, voucher, "");
        }

        bool isOvertaken = voucher.Cumulative < (ulong)channel.Held;
        return Amount(voucher, asset) ?? (isOvertaken ? null : Expiry(voucher, now, options))
            ?? (payment.Signature.Length != Ed25519.SignatureLength
                || !voucher.IsSignedBy(channel.Key.Signer, payment.Signature.Span)
                    ? Violation(voucher, $"the voucher is not signed by {channel.Key.Signer}, the channel's signer")
                    : isOvertaken ? Overtaken(voucher, channel, asset)
                    : OnChain(voucher, channel, asset, now, options));
    }

    /// <summary>
    /// Whether what was read of a channel can still be true. Before its payer gets anything back the withdraw delay has
    /// to pass; half of it is left for settling.
    /// </summary>
    public static bool IsFresh(EarningChannelRecord channel, DateTimeOffset now) =>
        channel.AgeAt(now) < channel.WithdrawDelay / 2;

    // Jobs that share a channel have a stream each, on which the vouchers of an honest payer may pass one another.
    private static VoucherFinding Overtaken(Voucher voucher, EarningChannelRecord channel, Asset asset) => new(
        VoucherOutcome.Known, voucher,
        $"the voucher says {asset.Show(voucher.Cumulative)} in all; one of {asset.Show((ulong)channel.Held)} is held "
        + "already, and amounts only grow");

    private static VoucherFinding? Amount(Voucher voucher, Asset asset) => voucher.Cumulative > long.MaxValue
        ? Violation(voucher, $"the voucher says {asset.Show(voucher.Cumulative)}, which is more than is counted here")
        : null;

    private static VoucherFinding? Expiry(Voucher voucher, DateTimeOffset now, EarningOptions options)
    {
        if (voucher.ExpiresAt == 0)
        {
            return null;
        }

        // It has to outlast the time after which it is settled by itself.
        long needed = (now + options.SettleAge + options.SettleMargin).ToUnixTimeSeconds();
        return voucher.ExpiresAt < needed
            ? Violation(
                voucher, $"the voucher ends at {voucher.ExpiresAt} (Unix seconds); it must be good until {needed}, or for "
                    + "ever (0)")
            : null;
    }

    private static VoucherFinding OnChain(
        Voucher voucher, EarningChannelRecord channel, Asset asset, DateTimeOffset now, EarningOptions options)
    {
        string? doubt = channel.IsClosed ? $"{channel.Name} is not on the chain any more"
            : channel.CloseSignedAt is not null ? $"{channel.Name} is about to be "
                + (channel.Escrow is null ? "closed by both" : "released")

            // Its payer gets all of it back then, at once, and the committee has to be asked before.
            : channel.Escrow is not null && now >= channel.Expiry - (options.SettleMargin / 2)
                ? $"{channel.Name} ends at {channel.Expiry:yyyy-MM-dd HH:mm} UTC, too soon for a release"
            : !IsFresh(channel, now) ? $"{channel.Name} could not be read from the chain for "
                + $"{(now - channel.ReadAt).TotalMinutes:0} minutes"
            : voucher.Cumulative > (ulong)channel.Deposit
                ? $"the voucher says {asset.Show(voucher.Cumulative)}, the deposit of {channel.Name} is "
                    + asset.Show((ulong)channel.Deposit)
            : null;
        return doubt is null
            ? new VoucherFinding(VoucherOutcome.Raise, voucher, "")
            : new VoucherFinding(VoucherOutcome.Unconfirmed, voucher, doubt);
    }

    private static VoucherFinding Violation(Voucher voucher, string reason) =>
        new(VoucherOutcome.Violation, voucher, reason);
}
