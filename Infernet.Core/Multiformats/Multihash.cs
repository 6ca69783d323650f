using System.Buffers;
using System.Security.Cryptography;

namespace Infernet.Core.Multiformats;

/// <summary>
/// A hash that says which function made it: code, length, digest.
/// Source: https://github.com/multiformats/multihash. Compares by value; immutable.
/// </summary>
public readonly struct Multihash : IEquatable<Multihash>
{
    /// <summary>The longest digest that is accepted, in bytes.</summary>
    public const int MaxDigestLength = 128;

    private readonly byte[]? _bytes;
    private readonly int _digestAt;

    private Multihash(byte[] bytes, ulong code, int digestAt)
    {
        _bytes = bytes;
        _digestAt = digestAt;
        Code = code;
    }

    /// <summary>The hash function's multicodec.</summary>
    public ulong Code { get; }

    /// <summary>The whole multihash.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The digest alone.</summary>
    public ReadOnlySpan<byte> Digest => _bytes.AsSpan(_digestAt);

    /// <summary>Names an existing digest.</summary>
    public static Multihash Of(ulong code, ReadOnlySpan<byte> digest)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digest.Length, MaxDigestLength);
        int head = Varint.Size(code) + Varint.Size((ulong)digest.Length);
        byte[] bytes = new byte[head + digest.Length];
        int at = Varint.Write(bytes, code);
        Varint.Write(bytes.AsSpan(at), (ulong)digest.Length);
        digest.CopyTo(bytes.AsSpan(head));
        return new Multihash(bytes, code, head);
    }

    /// <summary>Hashes <paramref name="data"/> with SHA-256.</summary>
    public static Multihash Sha256(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(data, digest);
        return Of(Multicodec.Sha256, digest);
    }

    /// <summary>Reads one multihash from the start of <paramref name="source"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out Multihash multihash, out int length)
    {
        multihash = default;
        length = 0;
        if (Varint.Read(source, out ulong code, out int codeLength) != OperationStatus.Done
            || Varint.Read(source[codeLength..], out ulong size, out int sizeLength) != OperationStatus.Done
            || size > MaxDigestLength
            || source.Length - codeLength - sizeLength < (int)size)
        {
            return false;
        }

        length = codeLength + sizeLength + (int)size;
        multihash = new Multihash(source[..length].ToArray(), code, codeLength + sizeLength);
        return true;
    }

    /// <summary>Parses exactly one multihash.</summary>
    public static bool TryParse(ReadOnlySpan<byte> source, out Multihash multihash) =>
        TryRead(source, out multihash, out int length) && length == source.Length;

    public bool Equals(Multihash other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    public override bool Equals(object? obj) => obj is Multihash other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    public static bool operator ==(Multihash left, Multihash right) => left.Equals(right);

    public static bool operator !=(Multihash left, Multihash right) => !left.Equals(right);

    public override string ToString() => Base58.Encode(Bytes.Span);
}
