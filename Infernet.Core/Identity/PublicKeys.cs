using Google.Protobuf;
using Infernet.Core.Schemas;

namespace Infernet.Core.Identity;

/// <summary>libp2p's protobuf encoding of public keys. Only Ed25519 keys are accepted from peers.</summary>
public static class PublicKeys
{
    /// <summary>The longest encoded key that is looked at, in bytes.</summary>
    public const int MaxEncodedLength = 1024;

    /// <summary>Encodes a 32-byte Ed25519 public key. The encoding is deterministic: ids hash it.</summary>
    public static byte[] EncodeEd25519(ReadOnlySpan<byte> publicKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(publicKey.Length, Ed25519.PublicKeyLength);
        return [0x08, (byte)KeyType.Ed25519, 0x12, Ed25519.PublicKeyLength, .. publicKey];
    }

    /// <summary>Decodes an Ed25519 key; false for other key types and for broken encodings.</summary>
    public static bool TryDecodeEd25519(ReadOnlySpan<byte> encoded, out byte[] publicKey)
    {
        publicKey = [];
        if (encoded.Length > MaxEncodedLength)
        {
            return false;
        }

        try
        {
            PublicKey key = PublicKey.Parser.ParseFrom(encoded);
            if (!key.HasType || key.Type != KeyType.Ed25519 || key.Data.Length != Ed25519.PublicKeyLength)
            {
                return false;
            }

            publicKey = key.Data.ToByteArray();
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
