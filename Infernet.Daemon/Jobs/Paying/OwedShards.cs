using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Jobs.Paying;

/// <summary>
/// What earlier runs of a job owe: receipts in the journal under offers with a payment, about which nothing was decided.
/// </summary>
internal static class OwedShards
{
    /// <summary>One of them.</summary>
    /// <param name="Receipt">The receipt's record.</param>
    /// <param name="Attempt">Which attempt it is about.</param>
    /// <param name="Provider">Who is owed.</param>
    /// <param name="Prices">What the offer promised.</param>
    /// <param name="Payee">Where it is to be paid.</param>
    /// <param name="Channel">By which channel.</param>
    /// <param name="Cost">How much.</param>
    /// <param name="State">How its audit stands; null if it was not drawn.</param>
    internal sealed record Owed(
        ReceiptRecord Receipt, int Attempt, PeerId Provider, Prices Prices, Address Payee, Address Channel, ulong Cost,
        string? State);

    /// <summary>
    /// Finds them. An offer's receipts together cost no more than its intent's ceiling, whatever engine time they name: the
    /// provider bills no more either.
    /// </summary>
    public static IReadOnlyList<Owed> Find(NodeJournal journal, long row, Address program)
    {
        IReadOnlyDictionary<(long, int), ulong> decided = journal.Pay.Decided(row);
        var offers = new Dictionary<string, OfferTerms?>();
        var undecided = new List<(ReceiptRecord Record, Receipt Receipt, PeerId Provider, OfferTerms Terms)>();
        foreach (ReceiptRecord record in journal.Outputs.Receipts(row))
        {
            if (!ReceiptEnvelope.TryOpen(record.Envelope, out Receipt receipt, out PeerId provider))
            {
                continue;
            }

            string key = Convert.ToHexString(receipt.OfferHash.Span);
            if (!offers.TryGetValue(key, out OfferTerms? terms))
            {
                offers[key] = terms = OfferTerms.Of(journal.Offers.Find(row, receipt.OfferHash.ToByteArray()), program);
            }

            if (terms is not null && decided.TryGetValue((record.Shard, (int)receipt.Attempt), out ulong cost))
            {
                terms.Take(cost);
            }
            else if (terms is not null)
            {
                undecided.Add((record, receipt, provider, terms));
            }
        }

        return
        [
            .. undecided.Select(u => new Owed(
                u.Record, (int)u.Receipt.Attempt, u.Provider, u.Terms.Prices, u.Terms.Payee, u.Terms.Channel,
                u.Terms.Take(u.Terms.Prices.CostOf(Usage.Of(u.Receipt))), journal.Audits.Find(row, u.Record.Hash)?.State))
                .Where(o => o.Cost > 0),
        ];
    }

    /// <summary>What an offer promised, and what of it is left.</summary>
    private sealed class OfferTerms(Prices prices, Address payee, Address channel, ulong ceiling)
    {
        private ulong _left = ceiling;

        public Prices Prices => prices;

        public Address Payee => payee;

        public Address Channel => channel;

        /// <summary>Takes a cost out of what is left, or all of that.</summary>
        public ulong Take(ulong cost)
        {
            ulong taken = Math.Min(cost, _left);
            _left -= taken;
            return taken;
        }

        public static OfferTerms? Of(OfferRecord? record, Address program)
        {
            if (record is null || Offer.Parser.ParseFrom(record.Offer).Payment is not { } payment
                || Prices.Read(payment.Prices, out Prices prices) is not null
                || !PaymentIntentEnvelope.TryOpen(payment.IntentEnvelope.Span, out PaymentIntent intent, out _))
            {
                return null;
            }

            if (payment.Escrow is { } escrow)
            {
                EscrowKey by = EscrowReferences.KeyOf(escrow);
                return new OfferTerms(prices, by.Payee, by.Derive(program).Address, intent.Ceiling);
            }

            if (payment.Channel is not { } channel)
            {
                return null;
            }

            var key = new ChannelKey(
                new Address(channel.Payer.Span), new Address(channel.Payee.Span),
                channel.Mint.IsEmpty ? default : new Address(channel.Mint.Span), new Address(channel.Signer.Span),
                channel.Salt, channel.OpenSlot);
            return new OfferTerms(prices, key.Payee, key.Derive(program).Address, intent.Ceiling);
        }
    }
}
