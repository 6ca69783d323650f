using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;

namespace Infernet.Core.Audits;

/// <summary>
/// The aggregator's signed word that it got a verdict, so that auditing is work which both sides signed for.
/// </summary>
public static class VerdictAcknowledgement
{
    private static readonly byte[] Domain = "infernet-verdict-ack:"u8.ToArray();

    /// <summary>Signs for the verdict in the envelope with this hash.</summary>
    public static VerdictAcknowledged Sign(NodeIdentity aggregator, ReadOnlySpan<byte> verdictHash)
    {
        ArgumentNullException.ThrowIfNull(aggregator);
        return new VerdictAcknowledged
        {
            VerdictHash = ByteString.CopyFrom(verdictHash),
            Signature = ByteString.CopyFrom(aggregator.Sign([.. Domain, .. verdictHash])),
        };
    }

    /// <summary>Whether the aggregator signed for exactly this verdict.</summary>
    public static bool IsValid(VerdictAcknowledged acknowledged, PeerId aggregator, ReadOnlySpan<byte> verdictHash)
    {
        ArgumentNullException.ThrowIfNull(acknowledged);
        ArgumentNullException.ThrowIfNull(aggregator);
        return acknowledged.VerdictHash.Span.SequenceEqual(verdictHash)
            && aggregator.TryGetEd25519(out byte[] key)
            && Ed25519.Verify(key, [.. Domain, .. verdictHash], acknowledged.Signature.Span);
    }
}
