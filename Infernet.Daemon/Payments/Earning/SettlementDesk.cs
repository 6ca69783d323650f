using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Keys;
using Infernet.Solana.Programs;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>Brings the best voucher of a channel to the chain, and notes what came of it.</summary>
internal sealed class SettlementDesk(EarningChain chain, EarningJournal journal, TimeProvider time)
{
    private const string Purpose = "channel-settle";

    /// <summary>
    /// Settles a channel. A crash at any point leaves it to be done again: the order's key is the voucher, so that it is
    /// paid once, and what the chain shows of it is noted when the channel is read next.
    /// </summary>
    /// <exception cref="PaymentException">It can't be settled now.</exception>
    public async Task<SettlementView> SettleAsync(EarningChannelRecord channel, CancellationToken cancellationToken)
    {
        SettledTransaction sent = await chain.Send(
            await OrderAsync(channel, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return View(
            await journal.Settlements.AddAsync(
                channel, channel.Held, sent.Id, (long)sent.Fee, time.GetUtcNow(), cancellationToken).ConfigureAwait(false),
            channel.Peer);
    }

    /// <summary>What settling a channel would bring, and take. Nothing is signed.</summary>
    /// <exception cref="PaymentException">It can't be settled now.</exception>
    public async Task<(SettlementView Due, SpendView Spend)> QuoteAsync(
        EarningChannelRecord channel, CancellationToken cancellationToken)
    {
        SpendView spend = await chain.Quote(
            await OrderAsync(channel, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return (Due(channel, spend, time.GetUtcNow()), spend);
    }

    /// <summary>What is due to this node by a channel or an escrow, as people see it.</summary>
    public static SettlementView Due(EarningChannelRecord channel, SpendView spend, DateTimeOffset now)
    {
        ulong gain = SettlementPolicy.Gain(channel);
        return new SettlementView
        {
            Channel = channel.Channel,
            Payer = channel.Peer.ToString(),
            At = now,
            Amount = (ulong)channel.Unsettled,
            Received = gain,
            ProtocolFees = (ulong)channel.Unsettled - gain,
            NetworkFee = spend.Fee,
        };
    }

    /// <summary>A settlement as people see it.</summary>
    public static SettlementView View(SettlementRecord record, PeerId payer) => new()
    {
        Channel = record.Channel,
        Payer = payer.ToString(),
        At = record.At,
        Amount = (ulong)record.Amount,
        Received = (ulong)record.Received,
        ProtocolFees = (ulong)(record.Amount - record.Received),
        NetworkFee = (ulong)record.NetworkFee,
        Transaction = record.Transaction,
    };

    /// <summary>What several settlements take together, of one wallet.</summary>
    public static SpendView Sum(IReadOnlyList<SpendView> spends) => spends[0] with
    {
        What = spends.Count == 1 ? spends[0].What : $"settling {spends.Count} times",
        Fee = (ulong)spends.Sum(s => (long)s.Fee),
        Rent = (ulong)spends.Sum(s => (long)s.Rent),
        Parts =
        [
            .. spends.SelectMany(s => s.Parts).GroupBy(p => p.Asset)
                .Select(g => g.First() with { Amount = (ulong)g.Sum(p => (long)p.Amount) }),
        ],
    };

    private async Task<TransactionOrder> OrderAsync(EarningChannelRecord channel, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await chain.Facts(cancellationToken).ConfigureAwait(false);
        Address address = channel.Key.Derive(chain.Program).Address;
        var voucher = new Voucher(address, (ulong)channel.Held, channel.VoucherExpiry);
        return new TransactionOrder
        {
            Purpose = Purpose,
            Key = $"{channel.Channel}/{channel.Held}",
            What = $"settling {facts.Asset.Show((ulong)channel.Unsettled)} of the channel {channel.Channel}",
            Compose = at =>
            [
                Ed25519Program.Verify(
                    voucher.Encode(), new Ed25519Signature(channel.Key.Signer, channel.Signature)),
                ChannelInstructions.Settle(chain.Program, channel.Key, voucher, facts.Config, at),
            ],
            TokenOwners = chain.Mint == default
                ? []
                : [channel.Key.Payee, facts.Config.Treasury, facts.Config.Platform],
            Mint = chain.Mint,
        };
    }
}
