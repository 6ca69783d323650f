using System.Collections.Concurrent;
using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Dag;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Exchange;

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
