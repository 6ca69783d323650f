namespace Infernet.Core.Identity;

/// <summary>X25519 key agreement (RFC 7748) by libsodium: 32-byte keys and shared secrets.</summary>
public static unsafe class X25519
{
    public const int KeyLength = 32;

    /// <summary>Writes the public key of <paramref name="secretKey"/>.</summary>
    public static void PublicKey(ReadOnlySpan<byte> secretKey, Span<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secretKey.Length, KeyLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, KeyLength);
        fixed (byte* s = secretKey, p = publicKey)
        {
            _ = Sodium.crypto_scalarmult_base(p, s);
        }
    }

    /// <summary>
    /// Writes the shared secret; false if the peer's key is of low order, and then nothing may be used.
    /// </summary>
    public static bool Agree(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> publicKey, Span<byte> shared)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secretKey.Length, KeyLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, KeyLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(shared.Length, KeyLength);
        fixed (byte* s = secretKey, p = publicKey, q = shared)
        {
            return Sodium.crypto_scalarmult(q, s, p) == 0;
        }
    }
}
