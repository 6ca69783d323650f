using System.Security.Cryptography;

namespace Infernet.Core.Identity;

/// <summary>
/// The key pair that a node is known by. Holds the secret in memory for as long as the node runs.
/// </summary>
public sealed class NodeIdentity
{
    private readonly byte[] _secretKey;
    private readonly byte[] _publicKey;

    private NodeIdentity(byte[] secretKey)
    {
        _secretKey = secretKey;
        _publicKey = secretKey[Ed25519.SeedLength..];
        EncodedPublicKey = PublicKeys.EncodeEd25519(_publicKey);
        Id = PeerId.FromPublicKey(EncodedPublicKey.Span);
    }

    /// <summary>The peer id of the public key.</summary>
    public PeerId Id { get; }

    /// <summary>The 32-byte Ed25519 public key.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    /// <summary>The public key in libp2p's protobuf encoding.</summary>
    public ReadOnlyMemory<byte> EncodedPublicKey { get; }

    /// <summary>The 32-byte seed, for the key file alone.</summary>
    internal ReadOnlySpan<byte> Seed => _secretKey.AsSpan(0, Ed25519.SeedLength);

    /// <summary>Makes a new identity from the system's randomness.</summary>
    public static NodeIdentity Generate() => FromSeed(RandomNumberGenerator.GetBytes(Ed25519.SeedLength));

    /// <summary>The identity of a 32-byte seed.</summary>
    public static NodeIdentity FromSeed(ReadOnlySpan<byte> seed) => new(Ed25519.Expand(seed));

    /// <summary>Signs <paramref name="message"/>: 64 bytes.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => Ed25519.Sign(_secretKey, message);
}
