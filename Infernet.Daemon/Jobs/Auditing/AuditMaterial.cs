using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Audits;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>What an audit of a delivered shard needs: all that the provider signed for, and what it is about.</summary>
/// <param name="Offer">Under which it worked.</param>
/// <param name="Receipt">What it signed.</param>
/// <param name="Lines">The items beside it.</param>
/// <param name="Inputs">What was sent, by index.</param>
/// <param name="Outputs">What came, by index.</param>
internal sealed record AuditMaterial(
    ProviderOffer Offer, Receipt Receipt, ReceiptItems Lines, IReadOnlyDictionary<ulong, Item> Inputs,
    IReadOnlyDictionary<ulong, ItemOutput> Outputs)
{
    /// <summary>The audit of these places, ready for the journal. The request names neither job nor provider.</summary>
    public AuditRecord Open(AuditOrder order, DateTimeOffset now)
    {
        var request = new AuditRequest
        {
            Nonce = ByteString.CopyFrom(RandomNumberGenerator.GetBytes(AuditLimits.NonceLength)),
            Kind = Offer.Message.Kind,
            ModelRoot = Offer.Message.ModelRoot,
            Sampling = Offer.Message.Sampling,
            Engine = Receipt.Engine,
            Exact = Offer.Message.Exact,
        };
        foreach (int place in order.Places)
        {
            ItemReceipt line = Lines.Items[place];
            request.Items.Add(new AuditItem
            {
                Receipt = line, Input = Inputs[line.Index], Output = Outputs[line.Index],
            });
        }

        return new AuditRecord
        {
            Receipt = order.Receipt,
            Offer = Offer.Hash,
            Provider = order.Provider.ToString(),
            Shard = order.Shard,
            Discretionary = order.Discretionary,
            Places = order.Places,
            Request = request.ToByteArray(),
            OpenedAt = now,
        };
    }
}
