using System.Buffers;

namespace Infernet.Core.Multiformats;

/// <summary>
/// A content identifier: version, codec and multihash. Source: https://github.com/multiformats/cid.
/// Compares by value; immutable. Written as base32 (version 1) or base58btc (version 0).
/// </summary>
public readonly struct Cid : IEquatable<Cid>
{
    private Cid(int version, ulong codec, Multihash hash)
    {
        Version = version;
        Codec = codec;
        Hash = hash;
    }

    /// <summary>0 or 1.</summary>
    public int Version { get; }

    /// <summary>How the bytes that are named are to be read.</summary>
    public ulong Codec { get; }

    /// <summary>The hash of the bytes that are named.</summary>
    public Multihash Hash { get; }

    /// <summary>Whether this is the empty value, which names nothing.</summary>
    public bool IsEmpty => Hash.Bytes.IsEmpty;

    /// <summary>Names the hash under version 1.</summary>
    public static Cid V1(ulong codec, Multihash hash) => new(1, codec, hash);

    /// <summary>The version 1 CID of raw bytes, by SHA-256.</summary>
    public static Cid OfRaw(ReadOnlySpan<byte> data) => V1(Multicodec.Raw, Multihash.Sha256(data));

    /// <summary>The version 1 CID of a dag-pb node, by SHA-256.</summary>
    public static Cid OfDagPb(ReadOnlySpan<byte> node) => V1(Multicodec.DagPb, Multihash.Sha256(node));

    /// <summary>Parses the binary form.</summary>
    public static bool TryParse(ReadOnlySpan<byte> source, out Cid cid)
    {
        cid = default;
        // A version 0 CID is a bare SHA-256 multihash.
        if (source is [0x12, 0x20, ..])
        {
            bool bare = Multihash.TryParse(source, out Multihash v0);
            cid = bare ? new Cid(0, Multicodec.DagPb, v0) : default;
            return bare;
        }

        if (Varint.Read(source, out ulong version, out int versionLength) != OperationStatus.Done
            || version != 1
            || Varint.Read(source[versionLength..], out ulong codec, out int codecLength) != OperationStatus.Done
            || !Multihash.TryParse(source[(versionLength + codecLength)..], out Multihash hash))
        {
            return false;
        }

        cid = V1(codec, hash);
        return true;
    }

    /// <summary>Parses the text form.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Cid cid)
    {
        cid = default;
        if (text.Length == 46 && text.StartsWith("Qm"))
        {
            return Base58.TryDecode(text, out byte[] v0) && TryParse(v0, out cid);
        }

        // A multibase text never wraps a version 0 CID.
        return Multibase.TryDecode(text, out byte[] bytes) && TryParse(bytes, out cid) && cid.Version == 1;
    }

    /// <summary>Parses the text form, or says why not.</summary>
    /// <exception cref="FormatException">The text is no CID.</exception>
    public static Cid Parse(string text) => TryParse(text, out Cid cid)
        ? cid
        : throw new FormatException($"'{text}' is not a CID; one looks like bafkrei… or Qm…");

    /// <summary>The binary form.</summary>
    public byte[] ToBytes()
    {
        ReadOnlySpan<byte> hash = Hash.Bytes.Span;
        if (Version == 0)
        {
            return hash.ToArray();
        }

        byte[] bytes = new byte[1 + Varint.Size(Codec) + hash.Length];
        bytes[0] = 1;
        int at = 1 + Varint.Write(bytes.AsSpan(1), Codec);
        hash.CopyTo(bytes.AsSpan(at));
        return bytes;
    }

    public bool Equals(Cid other) => Version == other.Version && Codec == other.Codec && Hash.Equals(other.Hash);

    public override bool Equals(object? obj) => obj is Cid other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(Version, Codec, Hash);

    public static bool operator ==(Cid left, Cid right) => left.Equals(right);

    public static bool operator !=(Cid left, Cid right) => !left.Equals(right);

    public override string ToString() => IsEmpty ? "" : Version == 0 ? Hash.ToString() : Multibase.EncodeBase32(ToBytes());
}
