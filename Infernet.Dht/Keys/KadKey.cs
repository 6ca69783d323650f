using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using Infernet.Core.Identity;

namespace Infernet.Dht.Keys;

/// <summary>
/// A point of the 256-bit Kademlia key space: the SHA-256 of a peer id or of a record's key. The distance of two
/// points is their XOR, read as a big-endian number; a distance is a <see cref="KadKey"/> itself.
/// Source: https://github.com/libp2p/specs/blob/master/kad-dht/README.md, "Distance". Compares by value.
/// </summary>
internal readonly struct KadKey : IEquatable<KadKey>, IComparable<KadKey>
{
    /// <summary>The length of a key, in bytes.</summary>
    public const int Length = 32;

    /// <summary>The length of a key, in bits.</summary>
    public const int Bits = 8 * Length;

    private readonly ulong _a;
    private readonly ulong _b;
    private readonly ulong _c;
    private readonly ulong _d;

    private KadKey(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    /// <summary>The first 64 bits: what decides nearly every comparison.</summary>
    public ulong FirstWord => _a;

    /// <summary>Reads the 32 bytes of a point.</summary>
    public static KadKey FromBytes(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Length);
        return new KadKey(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]));
    }

    /// <summary>Where a preimage (a record's key, a multihash, a peer id's bytes) lies.</summary>
    public static KadKey Of(ReadOnlySpan<byte> preimage)
    {
        Span<byte> digest = stackalloc byte[Length];
        SHA256.HashData(preimage, digest);
        return FromBytes(digest);
    }

    /// <summary>Where a peer lies.</summary>
    public static KadKey Of(PeerId peer) => Of(peer.Span);

    /// <summary>The distance to another point.</summary>
    public KadKey DistanceTo(in KadKey other) => new(_a ^ other._a, _b ^ other._b, _c ^ other._c, _d ^ other._d);

    /// <summary>How many leading bits both share: 0 to 256.</summary>
    public int CommonPrefixLength(in KadKey other)
    {
        KadKey distance = DistanceTo(other);
        return distance switch
        {
            { _a: not 0 } => BitOperations.LeadingZeroCount(distance._a),
            { _b: not 0 } => 64 + BitOperations.LeadingZeroCount(distance._b),
            { _c: not 0 } => 128 + BitOperations.LeadingZeroCount(distance._c),
            _ => 192 + BitOperations.LeadingZeroCount(distance._d),
        };
    }

    /// <summary>Compares how far two points are from this one: negative if the first is nearer.</summary>
    public int CompareDistance(in KadKey first, in KadKey second) =>
        DistanceTo(first).CompareTo(DistanceTo(second));

    /// <summary>The 32 bytes of the point.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _a);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), _b);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), _c);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), _d);
        return bytes;
    }

    public int CompareTo(KadKey other)
    {
        int order = _a.CompareTo(other._a);
        order = order != 0 ? order : _b.CompareTo(other._b);
        order = order != 0 ? order : _c.CompareTo(other._c);
        return order != 0 ? order : _d.CompareTo(other._d);
    }

    public bool Equals(KadKey other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override bool Equals(object? obj) => obj is KadKey other && Equals(other);

    // A key is a hash already; small keys of tests differ in the first word.
    public override int GetHashCode() => (_a ^ _d).GetHashCode();

    public static bool operator ==(KadKey left, KadKey right) => left.Equals(right);

    public static bool operator !=(KadKey left, KadKey right) => !left.Equals(right);

    public override string ToString() => Convert.ToHexStringLower(ToBytes());
}
