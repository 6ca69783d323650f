using System.Collections.Concurrent;
using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Dag;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Exchange;

/// <summary>A part of a fetch: first the DAG's nodes, then the leaves. Both are blocks that are asked of peers.</summary>
internal abstract class FetchPhase(ExchangeOptions options)
{
    public FetchSession Session { get; } = new(options);

    /// <summary>The name of an item on the wire.</summary>
    public abstract Cid CidOf(int item);

    /// <summary>What a peer's bitmap says of this phase's items; null if it has them all.</summary>
    public abstract ChunkBitmap? Translate(ChunkBitmap? leaves);

    /// <summary>Keeps a block that was checked against its hash. Called by the links, several at a time.</summary>
    /// <exception cref="ContentException">The fetch can't go on: the disk is full, or the DAG is wrong.</exception>
    public abstract void Store(int item, ReadOnlySpan<byte> block);

    /// <summary>What follows from a block that is stored. Called by the loop that decides.</summary>
    public abstract void OnStored(int item);
}

/// <summary>Learns the DAG: asks for the root, then for each node that a node names.</summary>
internal sealed class NodePhase : FetchPhase
{
    private const int ExpectedNodeSize = 64 << 10;

    private readonly ConcurrentDictionary<int, byte[]> _arrived = [];
    private readonly List<BlockHash> _items = [];
    private readonly Cid _root;

    public NodePhase(Cid root, BlockHash hash, DagLimits limits, ExchangeOptions options)
        : base(options)
    {
        _root = root;
        Walker = new DagWalker(hash, limits);
        Want(hash);
    }

    public DagWalker Walker { get; }

    /// <summary>The root itself, if it is a leaf: a file of one chunk.</summary>
    public byte[]? SingleLeaf { get; private set; }

    public override Cid CidOf(int item) => item == 0 ? _root : _items[item].ToCid(Multicodec.DagPb);

    // Whoever has a leaf has every node above it.
    public override ChunkBitmap? Translate(ChunkBitmap? leaves) => null;

    public override void Store(int item, ReadOnlySpan<byte> block) => _arrived.TryAdd(item, block.ToArray());

    public override void OnStored(int item)
    {
        if (!_arrived.TryRemove(item, out byte[]? block))
        {
            return;
        }

        if (_root.Codec == Multicodec.Raw)
        {
            SingleLeaf = block;
            return;
        }

        foreach (BlockHash wanted in Walker.Add(_items[item], block))
        {
            Want(wanted);
        }
    }

    private void Want(BlockHash hash)
    {
        _items.Add(hash);
        Session.AddItem(ExpectedNodeSize);
    }
}

/// <summary>Fetches the leaves that are missing, each distinct one once.</summary>
internal sealed class LeafPhase : FetchPhase
{
    private readonly PartialBlob _blob;
    private readonly List<int> _leaves = [];

    public LeafPhase(PartialBlob blob, ExchangeOptions options)
        : base(options)
    {
        _blob = blob;
        var seen = new HashSet<BlockHash>();
        for (int leaf = 0; leaf < blob.Leaves.Count; leaf++)
        {
            if (!blob.Has(leaf) && seen.Add(blob.Leaves.HashOf(leaf)))
            {
                _leaves.Add(leaf);
                Session.AddItem(blob.Leaves.SizeOf(leaf));
            }
        }
    }

    public override Cid CidOf(int item) => _blob.Leaves.HashOf(_leaves[item]).ToCid(Multicodec.Raw);

    public override ChunkBitmap? Translate(ChunkBitmap? leaves)
    {
        if (leaves is null)
        {
            return null;
        }

        var items = new ChunkBitmap(_leaves.Count);
        for (int item = 0; item < _leaves.Count; item++)
        {
            if (leaves[_leaves[item]])
            {
                items.Set(item);
            }
        }

        return items;
    }

    public override void Store(int item, ReadOnlySpan<byte> block)
    {
        int leaf = _leaves[item];
        if (block.Length != _blob.Leaves.SizeOf(leaf))
        {
            // The block is the one that its CID names, so it is the DAG that is wrong, not the peer.
            throw new ContentException(
                ContentError.InvalidDag,
                $"The DAG gives leaf {leaf} {_blob.Leaves.SizeOf(leaf)} bytes, but its block has {block.Length}.");
        }

        _blob.Write(leaf, block);
    }

    public override void OnStored(int item)
    {
    }
}
