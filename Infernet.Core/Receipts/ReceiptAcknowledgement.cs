using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;

namespace Infernet.Core.Receipts;

/// <summary>
/// The aggregator's signed word that it has a shard's outputs and found the receipt right. With the receipt it is a
/// fact that both sides signed, which is what reputation is made of.
/// </summary>
public static class ReceiptAcknowledgement
{
    private static readonly byte[] Domain = "infernet-receipt-ack:"u8.ToArray();

    /// <summary>Signs for the receipt in the envelope.</summary>
    public static ReceiptAcknowledged Sign(NodeIdentity aggregator, ulong shardId, ReadOnlySpan<byte> receiptHash)
    {
        ArgumentNullException.ThrowIfNull(aggregator);
        return new ReceiptAcknowledged
        {
            ShardId = shardId,
            ReceiptHash = ByteString.CopyFrom(receiptHash),
            Signature = ByteString.CopyFrom(aggregator.Sign([.. Domain, .. receiptHash])),
        };
    }

    /// <summary>Whether the aggregator signed for exactly this receipt.</summary>
    public static bool IsValid(ReceiptAcknowledged acknowledged, PeerId aggregator, ReadOnlySpan<byte> receiptHash)
    {
        ArgumentNullException.ThrowIfNull(acknowledged);
        ArgumentNullException.ThrowIfNull(aggregator);
        return acknowledged.ReceiptHash.Span.SequenceEqual(receiptHash)
            && aggregator.TryGetEd25519(out byte[] key)
            && Ed25519.Verify(key, [.. Domain, .. receiptHash], acknowledged.Signature.Span);
    }
}
