using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Core.Wire;

namespace Infernet.Core.Receipts;

/// <summary>Seals and opens receipts: a signed envelope under a domain of their own.</summary>
public static class ReceiptEnvelope
{
    /// <summary>The largest envelope that is looked at, in bytes.</summary>
    public const int MaxSize = 4 << 10;

    private const string Domain = "infernet-receipt";
    private static readonly byte[] PayloadType = "/infernet/receipt/1"u8.ToArray();

    /// <summary>Signs a receipt and returns the envelope's bytes.</summary>
    public static byte[] Seal(NodeIdentity provider, Receipt receipt) =>
        SignedEnvelope.Seal(provider, Domain, PayloadType, receipt);

    /// <summary>Opens an envelope; false if it is too large, is no receipt, or its signature is wrong.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> envelope, out Receipt receipt, out PeerId signer)
    {
        receipt = null!;
        signer = null!;
        return envelope.Length <= MaxSize
            && SignedEnvelope.TryOpen(envelope, Domain, PayloadType, Receipt.Parser, out receipt, out signer);
    }

    /// <summary>What a receipt is known by: SHA-256 of its envelope.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> envelope) => SHA256.HashData(envelope);

    /// <summary>
    /// SHA-256 of an offer, over its fields in the order of their numbers, each at most once and defaults left out:
    /// what every protobuf library writes for a message without maps. Unknown fields stay in, as they were signed for.
    /// </summary>
    public static byte[] HashOf(Offer offer) => SHA256.HashData(offer.ToByteArray());
}
