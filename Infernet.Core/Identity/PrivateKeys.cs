using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Schemas;

namespace Infernet.Core.Identity;

/// <summary>
/// libp2p's protobuf encoding of private keys, the form in which other libp2p software exchanges them.
/// Source: https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md, "Ed25519".
/// </summary>
internal static class PrivateKeys
{
    /// <summary>Seed and public key behind four bytes of protobuf.</summary>
    public const int EncodedLength = 4 + Ed25519.SecretKeyLength;

    /// <summary>Old files repeat the public key; nothing valid is longer.</summary>
    public const int MaxEncodedLength = EncodedLength + Ed25519.PublicKeyLength;

    public static byte[] Encode(NodeIdentity identity) =>
        [0x08, (byte)KeyType.Ed25519, 0x12, Ed25519.SecretKeyLength, .. identity.Seed, .. identity.PublicKey];

    /// <summary>Decodes a key, or says by <paramref name="problem"/> why it is none.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out NodeIdentity identity, out KeyFileProblem problem)
    {
        identity = null!;
        problem = KeyFileProblem.Broken;
        PrivateKey key;
        try
        {
            key = PrivateKey.Parser.ParseFrom(encoded);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }

        if (key is not { HasType: true, HasData: true })
        {
            return false;
        }

        if (key.Type != KeyType.Ed25519)
        {
            problem = KeyFileProblem.OtherKeyType;
            return false;
        }

        return TryDecodeEd25519(key.Data.Span, out identity);
    }

    // peer-ids.md, "Ed25519": seed and public key; an old form has the public key twice, and both must be the same.
    private static bool TryDecodeEd25519(ReadOnlySpan<byte> data, out NodeIdentity identity)
    {
        identity = null!;
        if (data.Length is not (Ed25519.SecretKeyLength or Ed25519.SecretKeyLength + Ed25519.PublicKeyLength))
        {
            return false;
        }

        NodeIdentity read = NodeIdentity.FromSeed(data[..Ed25519.SeedLength]);
        for (int at = Ed25519.SeedLength; at < data.Length; at += Ed25519.PublicKeyLength)
        {
            if (!CryptographicOperations.FixedTimeEquals(data.Slice(at, Ed25519.PublicKeyLength), read.PublicKey))
            {
                return false;
            }
        }

        identity = read;
        return true;
    }
}
