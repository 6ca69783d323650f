using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Dag;

/// <summary>A child of a file node: its block, the bytes of the file under it, and the bytes of all blocks under it.</summary>
internal readonly record struct DagLink(BlockHash Hash, bool IsLeaf, long FileSize, long TotalSize)
{
    public Cid Cid => Hash.ToCid(IsLeaf ? Multicodec.Raw : Multicodec.DagPb);
}
