namespace Infernet.Core.Identity;

/// <summary>
/// Ed25519 signatures (RFC 8032) by libsodium: 32-byte seeds and public keys, 64-byte signatures.
/// </summary>
public static unsafe class Ed25519
{
    public const int SeedLength = 32;
    public const int PublicKeyLength = 32;
    public const int SecretKeyLength = 64;
    public const int SignatureLength = 64;

    /// <summary>Expands a seed to the 64-byte secret key (seed, then public key).</summary>
    public static byte[] Expand(ReadOnlySpan<byte> seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(seed.Length, SeedLength);
        byte[] secret = new byte[SecretKeyLength];
        byte* ignored = stackalloc byte[PublicKeyLength];
        fixed (byte* s = seed, k = secret)
        {
            _ = Sodium.crypto_sign_seed_keypair(ignored, k, s);
        }

        return secret;
    }

    /// <summary>Signs <paramref name="message"/> with a 64-byte secret key.</summary>
    public static byte[] Sign(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> message)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secretKey.Length, SecretKeyLength);
        byte[] signature = new byte[SignatureLength];
        fixed (byte* k = secretKey, m = message, s = signature)
        {
            _ = Sodium.crypto_sign_detached(s, null, m, (ulong)message.Length, k);
        }

        return signature;
    }

    /// <summary>Whether <paramref name="signature"/> is the key's own; false also for wrong lengths.</summary>
    public static bool Verify(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeyLength || signature.Length != SignatureLength)
        {
            return false;
        }

        fixed (byte* k = publicKey, m = message, s = signature)
        {
            return Sodium.crypto_sign_verify_detached(s, m, (ulong)message.Length, k) == 0;
        }
    }
}
