using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;

namespace Infernet.Core.Evidence;

/// <summary>
/// The aggregator's word for a whole revealed verdict: a signature over a domain and SHA-256 of the message without
/// the signature, its known fields in the order of their numbers.
/// </summary>
public static class RevealedVerdictSignature
{
    /// <summary>Length of the signature, in bytes.</summary>
    public const int Length = 64;

    private static readonly byte[] Domain = "infernet-revealed-verdict:"u8.ToArray();

    private static readonly MessageParser<RevealedVerdict> Known =
        RevealedVerdict.Parser.WithDiscardUnknownFields(true);

    /// <summary>Signs a verdict that is complete but for this.</summary>
    public static RevealedVerdict Sign(NodeIdentity aggregator, RevealedVerdict verdict)
    {
        ArgumentNullException.ThrowIfNull(aggregator);
        ArgumentNullException.ThrowIfNull(verdict);
        RevealedVerdict signed = verdict.Clone();
        signed.AggregatorSignature = ByteString.CopyFrom(aggregator.Sign(SignedBytes(verdict)));
        return signed;
    }

    /// <summary>Whether the aggregator signed for exactly this.</summary>
    public static bool IsValid(RevealedVerdict verdict, PeerId aggregator)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        ArgumentNullException.ThrowIfNull(aggregator);
        return aggregator.TryGetEd25519(out byte[] key)
            && Ed25519.Verify(key, SignedBytes(verdict), verdict.AggregatorSignature.Span);
    }

    private static byte[] SignedBytes(RevealedVerdict verdict)
    {
        RevealedVerdict rest = Known.ParseFrom(verdict.ToByteArray());
        rest.AggregatorSignature = ByteString.Empty;
        return [.. Domain, .. SHA256.HashData(rest.ToByteArray())];
    }
}
