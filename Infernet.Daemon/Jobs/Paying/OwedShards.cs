using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
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

    /// <summary>Finds them.</summary>
    public static IReadOnlyList<Owed> Find(NodeJournal journal, long row, Address program)
    {
        IReadOnlySet<(long, int)> decided = journal.Pay.Decided(row);
        var offers = new Dictionary<string, (Prices Prices, Address Payee, Address Channel)?>();
        var owed = new List<Owed>();
        foreach (ReceiptRecord record in journal.Outputs.Receipts(row))
        {
            if (!ReceiptEnvelope.TryOpen(record.Envelope, out Receipt receipt, out PeerId provider)
                || decided.Contains((record.Shard, (int)receipt.Attempt)))
            {
                continue;
            }

            string key = Convert.ToHexString(receipt.OfferHash.Span);
            if (!offers.TryGetValue(key, out (Prices Prices, Address Payee, Address Channel)? terms))
            {
                offers[key] = terms = TermsOf(journal.Offers.Find(row, receipt.OfferHash.ToByteArray()), program);
            }

            if (terms is { } known && known.Prices.CostOf(Usage.Of(receipt)) is > 0 and var cost)
            {
                owed.Add(new Owed(
                    record, (int)receipt.Attempt, provider, known.Prices, known.Payee, known.Channel, cost,
                    journal.Audits.Find(row, record.Hash)?.State));
            }
        }

        return owed;
    }

    private static (Prices Prices, Address Payee, Address Channel)? TermsOf(OfferRecord? record, Address program)
    {
        if (record is null || Offer.Parser.ParseFrom(record.Offer).Payment is not { Channel: { } channel } payment
            || Prices.Read(payment.Prices, out Prices prices) is not null)
        {
            return null;
        }

        var key = new ChannelKey(
            new Address(channel.Payer.Span), new Address(channel.Payee.Span),
            channel.Mint.IsEmpty ? default : new Address(channel.Mint.Span), new Address(channel.Signer.Span),
            channel.Salt, channel.OpenSlot);
        return (prices, key.Payee, key.Derive(program).Address);
    }
}
