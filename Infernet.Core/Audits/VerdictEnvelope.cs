using System.Security.Cryptography;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Core.Wire;

namespace Infernet.Core.Audits;

/// <summary>Seals and opens verdicts: a signed envelope under a domain of their own.</summary>
public static class VerdictEnvelope
{
    /// <summary>The largest envelope that is looked at, in bytes: <see cref="AuditLimits.MaxItems"/> items fit.</summary>
    public const int MaxSize = 16 << 10;

    private const string Domain = "infernet-verdict";
    private static readonly byte[] PayloadType = "/infernet/verdict/1"u8.ToArray();

    /// <summary>Signs a verdict and returns the envelope's bytes.</summary>
    public static byte[] Seal(NodeIdentity auditor, Verdict verdict) =>
        SignedEnvelope.Seal(auditor, Domain, PayloadType, verdict);

    /// <summary>Opens an envelope; false if it is too large, is no verdict, or its signature is wrong.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> envelope, out Verdict verdict, out PeerId signer)
    {
        verdict = null!;
        signer = null!;
        return envelope.Length <= MaxSize
            && SignedEnvelope.TryOpen(envelope, Domain, PayloadType, Verdict.Parser, out verdict, out signer);
    }

    /// <summary>What a verdict is known by: SHA-256 of its envelope.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> envelope) => SHA256.HashData(envelope);
}
