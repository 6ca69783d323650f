using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Dag;

/// <summary>A SHA-256 digest as a value of 32 bytes: what blocks are keyed by in tables and in index files.</summary>
[InlineArray(Length)]
internal struct BlockHash : IEquatable<BlockHash>
{
    public const int Length = SHA256.HashSizeInBytes;

    private byte _first;

    public static BlockHash Of(ReadOnlySpan<byte> block)
    {
        BlockHash hash = default;
        SHA256.HashData(block, hash);
        return hash;
    }

    public static BlockHash Read(ReadOnlySpan<byte> digest)
    {
        BlockHash hash = default;
        digest[..Length].CopyTo(hash);
        return hash;
    }

    /// <summary>The digest of a CID, if its codec is raw or dag-pb and its hash is SHA-256: all that this store reads.</summary>
    public static bool TryFrom(Cid cid, out BlockHash hash)
    {
        hash = default;
        bool readable = cid is { IsEmpty: false, Codec: Multicodec.Raw or Multicodec.DagPb }
            && cid.Hash.Code == Multicodec.Sha256
            && cid.Hash.Digest.Length == Length;
        if (readable)
        {
            hash = Read(cid.Hash.Digest);
        }

        return readable;
    }

    /// <summary>The version 1 CID of a block with this digest.</summary>
    public readonly Cid ToCid(ulong codec) => Cid.V1(codec, Multihash.Of(Multicodec.Sha256, this));

    public readonly bool Equals(BlockHash other) => ((ReadOnlySpan<byte>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is BlockHash other && Equals(other);

    // A digest is as good as random, so any part of it is a hash code.
    public override readonly int GetHashCode() => MemoryMarshal.Read<int>(this);

    public override readonly string ToString() => Convert.ToHexStringLower(this);
}
