using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Infernet.Core.Receipts;

/// <summary>
/// What an offer says of its secret: SHA-256 over a domain, the secret, and the audit rate in parts per million as
/// four big-endian bytes. Once opened, anybody can check that neither was chosen after the answers were there.
/// </summary>
public static class DrawCommitment
{
    /// <summary>Length of a secret, in bytes.</summary>
    public const int SecretLength = 32;

    private static readonly byte[] Domain = "infernet-draw-commitment:1"u8.ToArray();

    /// <summary>Commits to a secret and a rate.</summary>
    /// <exception cref="ArgumentException">The secret has not its length.</exception>
    public static byte[] Of(ReadOnlySpan<byte> secret, uint ratePpm)
    {
        if (secret.Length != SecretLength)
        {
            throw new ArgumentException($"A secret has {SecretLength} bytes, not {secret.Length}.", nameof(secret));
        }

        Span<byte> rate = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(rate, ratePpm);
        return SHA256.HashData([.. Domain, .. secret, .. rate]);
    }
}
