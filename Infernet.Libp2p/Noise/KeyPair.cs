using System.Security.Cryptography;
using Infernet.Core.Identity;

namespace Infernet.Libp2p.Noise;

/// <summary>An X25519 key pair of the Noise layer; never stored, never the node's identity.</summary>
internal sealed class KeyPair
{
    private readonly byte[] _secret;
    private readonly byte[] _public = new byte[X25519.KeyLength];

    public KeyPair(byte[] secret)
    {
        _secret = secret;
        X25519.PublicKey(secret, _public);
    }

    public ReadOnlySpan<byte> Public => _public;

    public static KeyPair Generate() => new(RandomNumberGenerator.GetBytes(X25519.KeyLength));

    /// <summary>The shared secret with a peer's key.</summary>
    /// <exception cref="NoiseException">The peer's key is of low order: anybody would know the secret.</exception>
    public void Agree(ReadOnlySpan<byte> remotePublic, Span<byte> shared)
    {
        if (!X25519.Agree(_secret, remotePublic, shared))
        {
            throw new NoiseException("The peer sent an X25519 key of low order, which keeps nothing secret.");
        }
    }
}
