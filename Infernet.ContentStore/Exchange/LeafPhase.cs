using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Dag;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Exchange;

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
