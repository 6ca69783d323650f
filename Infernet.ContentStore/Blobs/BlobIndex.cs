using Infernet.ContentStore.Dag;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Blobs;

/// <summary>What an index file says of a blob: its leaves, and where in that file the nodes above them lie.</summary>
internal sealed record BlobIndex(Cid Root, LeafList Leaves, IReadOnlyList<NodePlace> Nodes);

/// <summary>A node's bytes in the index file.</summary>
internal readonly record struct NodePlace(BlockHash Hash, long Offset, int Length);
