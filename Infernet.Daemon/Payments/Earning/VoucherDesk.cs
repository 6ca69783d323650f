using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Takes vouchers in, from wherever they come. One counts when it is durable; one that the chain has to be asked for
/// first is kept aside, and counts when it could be asked.
/// </summary>
internal sealed class VoucherDesk(
    ChannelLookup lookup, EarningChain chain, EarningJournal journal, EarningOptions options, TimeProvider time)
{
    /// <summary>Told who has paid, and what it has paid in all. Must return at once.</summary>
    public Action<PeerId, ulong> Paid { get; set; } = (_, _) => { };

    /// <summary>Takes a voucher of a channel that is known.</summary>
    /// <param name="payment">As it came.</param>
    /// <param name="channelName">The channel that it has to be for, in base58.</param>
    /// <param name="job">The job whose shard it names; empty if its shard means nothing.</param>
    /// <param name="asset">What the amounts are in.</param>
    /// <param name="soon">Whether nobody waits for it, so that it may be written along with something else.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<TakenVoucher> TakeAsync(
        Payment payment, string channelName, byte[] job, Asset asset, bool soon, CancellationToken cancellationToken)
    {
        EarningChannelRecord? channel = journal.Channels.Find(channelName);
        if (channel is null)
        {
            return new TakenVoucher(0, 0, $"the channel {channelName} is not known here", IsViolation: false);
        }

        VoucherFinding finding = Find(payment, channel, asset);
        if (finding.Outcome == VoucherOutcome.Unconfirmed && lookup.MayAsk(channel.Peer))
        {
            channel = await TryReadAsync(channel, cancellationToken).ConfigureAwait(false);
            finding = Find(payment, channel, asset);
        }

        switch (finding.Outcome)
        {
            case VoucherOutcome.Raise:
                RaiseOutcome raised = await RaiseAsync(
                    channel, finding.Voucher, payment.Signature.ToByteArray(), job, payment.ShardId, payment.Attempt,
                    soon, cancellationToken).ConfigureAwait(false);
                return new TakenVoucher((ulong)raised.Before, (ulong)raised.Held, null, IsViolation: false);
            case VoucherOutcome.Known:
                return Unchanged(channel, finding.Reason.Length == 0 ? null : finding.Reason);
            case VoucherOutcome.Unconfirmed:
                await journal.Channels.ClaimAsync(
                    channelName, (long)finding.Voucher.Cumulative, finding.Voucher.ExpiresAt,
                    payment.Signature.ToByteArray(), cancellationToken).ConfigureAwait(false);
                return Unchanged(channel, finding.Reason);
            default:
                return Unchanged(channel, finding.Reason) with { IsViolation = true };
        }
    }

    /// <summary>Lets a voucher count that was kept aside, if what was read of its channel allows that by now.</summary>
    public async Task ConfirmAsync(EarningChannelRecord channel, Asset asset, CancellationToken cancellationToken)
    {
        if (channel.Claimed <= channel.Held)
        {
            return;
        }

        var claimed = new Voucher(
            Address.Parse(channel.Channel), (ulong)channel.Claimed, channel.ClaimedExpiry);
        var payment = new Payment
        {
            Voucher = Google.Protobuf.ByteString.CopyFrom(claimed.Encode()),
            Signature = Google.Protobuf.ByteString.CopyFrom(channel.ClaimedSignature),
        };
        if (Find(payment, channel, asset).Outcome == VoucherOutcome.Raise)
        {
            await RaiseAsync(channel, claimed, channel.ClaimedSignature, [], 0, 0, soon: false, cancellationToken)
                .ConfigureAwait(false);
        }
    }

    private VoucherFinding Find(Payment payment, EarningChannelRecord channel, Asset asset) =>
        VoucherCheck.Find(payment, channel, asset, time.GetUtcNow(), options);

    private async Task<EarningChannelRecord> TryReadAsync(
        EarningChannelRecord channel, CancellationToken cancellationToken)
    {
        try
        {
            return await lookup.ReadAgainAsync(channel, cancellationToken).ConfigureAwait(false);
        }
        catch (PaymentException)
        {
            // It stays in doubt until the chain can be asked.
            return channel;
        }
    }

    private static TakenVoucher Unchanged(EarningChannelRecord channel, string? problem) =>
        new((ulong)channel.Held, (ulong)channel.Held, problem, IsViolation: false);

    private async Task<RaiseOutcome> RaiseAsync(
        EarningChannelRecord channel, Voucher voucher, byte[] signature, byte[] job, ulong shard, uint attempt,
        bool soon, CancellationToken cancellationToken)
    {
        RaiseOutcome raised = await journal.Channels.RaiseAsync(
            new RaiseRecord(
                channel.Channel, channel.Peer, chain.AssetKey, (long)voucher.Cumulative, voucher.ExpiresAt, signature,
                job, shard, attempt, time.GetUtcNow()),
            soon, cancellationToken).ConfigureAwait(false);
        if (raised.Paid is { } total)
        {
            Paid(channel.Peer, (ulong)total);
        }

        return raised;
    }
}
