namespace Infernet.ContentStore.Dag;

/// <summary>A block that is no leaf, with its hash.</summary>
internal readonly record struct DagNode(BlockHash Hash, ReadOnlyMemory<byte> Block);
