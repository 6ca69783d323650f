using Google.Protobuf;
using Infernet.Core.Multiformats;

namespace Infernet.Core.Identity;

/// <summary>
/// Who a peer is: the multihash of its public key. Ed25519 keys are short enough to be carried whole.
/// Source: https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md. Compares by value; immutable.
/// </summary>
public sealed class PeerId : IEquatable<PeerId>, IComparable<PeerId>
{
    /// <summary>A public key whose encoding is at most this long is carried in the id itself.</summary>
    private const int MaxInlineKeyLength = 42;

    /// <summary>The longest binary form that is accepted, in bytes.</summary>
    public const int MaxLength = 44;

    private readonly byte[] _bytes;
    private string? _text;

    private PeerId(byte[] bytes) => _bytes = bytes;

    /// <summary>The multihash.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>The multihash as a protobuf field's value.</summary>
    public ByteString ToByteString() => ByteString.CopyFrom(_bytes);

    /// <summary>The multihash, copied.</summary>
    public byte[] ToBytes() => [.. _bytes];

    /// <summary>The id of a public key in libp2p's protobuf encoding.</summary>
    public static PeerId FromPublicKey(ReadOnlySpan<byte> encodedPublicKey)
    {
        Multihash hash = encodedPublicKey.Length <= MaxInlineKeyLength
            ? Multihash.Of(Multicodec.Identity, encodedPublicKey)
            : Multihash.Sha256(encodedPublicKey);
        return new PeerId(hash.Bytes.ToArray());
    }

    /// <summary>The id of an Ed25519 public key.</summary>
    public static PeerId FromEd25519(ReadOnlySpan<byte> publicKey) =>
        FromPublicKey(PublicKeys.EncodeEd25519(publicKey));

    /// <summary>Parses the binary form: a SHA-256 multihash, or an identity one of a short key.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out PeerId id)
    {
        id = null!;
        if (bytes.Length > MaxLength || !Multihash.TryParse(bytes, out Multihash hash))
        {
            return false;
        }

        bool known = hash.Code == Multicodec.Sha256 && hash.Digest.Length == 32
            || hash.Code == Multicodec.Identity && hash.Digest.Length is > 0 and <= MaxInlineKeyLength;
        if (known)
        {
            id = new PeerId(bytes.ToArray());
        }

        return known;
    }

    /// <summary>Parses the text form: bare base58btc, or a CIDv1 with the codec libp2p-key.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PeerId id)
    {
        id = null!;
        if (text.StartsWith("Qm") || text.StartsWith("1"))
        {
            return Base58.TryDecode(text, out byte[] bytes) && TryParse(bytes, out id);
        }

        return Cid.TryParse(text, out Cid cid)
            && cid.Codec == Multicodec.Libp2pKey
            && TryParse(cid.Hash.Bytes.Span, out id);
    }

    /// <summary>Parses the text form, or says why not.</summary>
    /// <exception cref="FormatException">The text is no peer id.</exception>
    public static PeerId Parse(string text) => TryParse(text, out PeerId id)
        ? id
        : throw new FormatException($"'{text}' is not a peer id; one looks like 12D3KooW…");

    /// <summary>The Ed25519 public key that the id carries, if it carries one.</summary>
    public bool TryGetEd25519(out byte[] publicKey)
    {
        publicKey = [];
        return Multihash.TryParse(_bytes, out Multihash hash)
            && hash.Code == Multicodec.Identity
            && PublicKeys.TryDecodeEd25519(hash.Digest, out publicKey);
    }

    public bool Equals(PeerId? other) => other is not null && Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => Equals(obj as PeerId);

    // Seeded per process: peers choose their ids, and must not be able to choose ids that collide in our maps.
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    public int CompareTo(PeerId? other) => other is null ? 1 : Span.SequenceCompareTo(other.Span);

    public static bool operator ==(PeerId? left, PeerId? right) => Equals(left, right);

    public static bool operator !=(PeerId? left, PeerId? right) => !Equals(left, right);

    public override string ToString() => _text ??= Base58.Encode(_bytes);

    /// <summary>A short form for people: the first four and the last six characters.</summary>
    public string ToShortString()
    {
        string text = ToString();
        return text.Length <= 12 ? text : $"{text[..4]}…{text[^6..]}";
    }
}
