using System.Security.Cryptography;
using Infernet.Core.Identity;

namespace Infernet.Solana.Keys;

/// <summary>
/// An Ed25519 key pair that signs transactions and vouchers. The secret stays in memory while it lives.
/// </summary>
public sealed class SolanaKey
{
    private readonly NodeIdentity _pair;

    internal SolanaKey(NodeIdentity pair)
    {
        _pair = pair;
        Address = new Address(pair.PublicKey);
    }

    /// <summary>The public key, which is the wallet's address.</summary>
    public Address Address { get; }

    /// <summary>The pair of a 32-byte seed.</summary>
    public static SolanaKey FromSeed(ReadOnlySpan<byte> seed) => new(NodeIdentity.FromSeed(seed));

    /// <summary>A new pair from the system's randomness.</summary>
    public static SolanaKey Generate() => FromSeed(RandomNumberGenerator.GetBytes(Ed25519.SeedLength));

    /// <summary>Signs <paramref name="message"/>: 64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => _pair.Sign(message);

    public override string ToString() => Address.ToString();
}
