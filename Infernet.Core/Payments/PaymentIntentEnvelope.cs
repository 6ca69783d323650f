using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Core.Wire;

namespace Infernet.Core.Payments;

/// <summary>Seals and opens payment intents: a signed envelope under a domain of their own.</summary>
public static class PaymentIntentEnvelope
{
    /// <summary>The largest envelope that is looked at, in bytes.</summary>
    public const int MaxSize = 1 << 10;

    /// <summary>Bytes of an intent's id, and of a job's.</summary>
    public const int IdLength = 16;

    public const int NonceLength = 32;

    private const string Domain = "infernet-payment-intent";
    private static readonly byte[] PayloadType = "/infernet/payment-intent/1"u8.ToArray();

    /// <summary>Signs an intent and returns the envelope's bytes.</summary>
    public static byte[] Seal(NodeIdentity payer, PaymentIntent intent) =>
        SignedEnvelope.Seal(payer, Domain, PayloadType, intent);

    /// <summary>Opens an envelope; false if it is too large, is no intent, or its signature is wrong.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> envelope, out PaymentIntent intent, out PeerId signer)
    {
        intent = null!;
        signer = null!;
        return envelope.Length <= MaxSize
            && SignedEnvelope.TryOpen(envelope, Domain, PayloadType, PaymentIntent.Parser, out intent, out signer);
    }
}
