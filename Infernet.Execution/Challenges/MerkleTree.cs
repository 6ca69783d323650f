using System.Security.Cryptography;

namespace Infernet.Execution.Challenges;

/// <summary>
/// A binary hash tree that commits to a list of leaves. Leaves and nodes are hashed under different prefixes, as in
/// RFC 6962 section 2.1, so that none can pass as the other; the last of an odd level moves up as it is.
/// </summary>
internal sealed class MerkleTree
{
    /// <summary>Length of a hash, in bytes.</summary>
    public const int HashLength = SHA256.HashSizeInBytes;

    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    private readonly List<byte[][]> _levels = [];

    /// <summary>Builds the tree over leaves that were hashed by <see cref="HashLeaf"/>; at least one.</summary>
    public MerkleTree(byte[][] hashedLeaves)
    {
        ArgumentOutOfRangeException.ThrowIfZero(hashedLeaves.Length);
        _levels.Add(hashedLeaves);
        while (_levels[^1] is { Length: > 1 } below)
        {
            var level = new byte[(below.Length + 1) / 2][];
            for (int i = 0; i < level.Length; i++)
            {
                level[i] = 2 * i + 1 < below.Length ? HashNode(below[2 * i], below[2 * i + 1]) : below[2 * i];
            }

            _levels.Add(level);
        }
    }

    public byte[] Root => _levels[^1][0];

    public static byte[] HashLeaf(ReadOnlySpan<byte> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([LeafPrefix]);
        hash.AppendData(data);
        return hash.GetHashAndReset();
    }

    /// <summary>The hashes beside the way from a leaf to the root.</summary>
    public IReadOnlyList<byte[]> PathOf(int leaf)
    {
        var path = new List<byte[]>();
        for (int level = 0; level < _levels.Count - 1; level++, leaf /= 2)
        {
            if ((leaf ^ 1) < _levels[level].Length)
            {
                path.Add(_levels[level][leaf ^ 1]);
            }
        }

        return path;
    }

    /// <summary>Whether a leaf's data stands at this place of a tree with so many leaves and this root.</summary>
    public static bool Holds(
        ReadOnlySpan<byte> root, int leafCount, int leaf, ReadOnlySpan<byte> data, IReadOnlyList<ReadOnlyMemory<byte>> path)
    {
        byte[] hash = HashLeaf(data);
        int used = 0;
        for (int count = leafCount; count > 1; count = (count + 1) / 2, leaf /= 2)
        {
            if ((leaf ^ 1) >= count)
            {
                continue;
            }

            if (used == path.Count || path[used].Length != HashLength)
            {
                return false;
            }

            ReadOnlySpan<byte> beside = path[used++].Span;
            hash = leaf % 2 == 0 ? HashNode(hash, beside) : HashNode(beside, hash);
        }

        return used == path.Count && root.SequenceEqual(hash);
    }

    private static byte[] HashNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> joined = stackalloc byte[1 + 2 * HashLength];
        joined[0] = NodePrefix;
        left.CopyTo(joined[1..]);
        right.CopyTo(joined[(1 + HashLength)..]);
        return SHA256.HashData(joined);
    }
}
