using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Dag;

/// <summary>
/// Learns a file's DAG node by node, from the root down, and checks it whole before a leaf is asked for. Pure: nodes
/// come in, the hashes of those still wanted go out. Whoever feeds it has checked each block against its hash.
/// </summary>
internal sealed class DagWalker
{
    private readonly DagLimits _limits;
    private readonly DagLink _root;
    private readonly Dictionary<BlockHash, IReadOnlyList<DagLink>> _children = [];
    private readonly Dictionary<BlockHash, int> _depths = [];
    private readonly List<DagNode> _nodes = [];
    private long _nodeBytes;

    public DagWalker(BlockHash root, DagLimits limits)
    {
        _limits = limits;
        _root = new DagLink(root, IsLeaf: false, 0, 0);
        _depths[root] = 1;
    }

    /// <summary>The nodes that were learnt, parents before children.</summary>
    public IReadOnlyList<DagNode> Nodes => _nodes;

    /// <summary>Takes a node that is wanted.</summary>
    /// <returns>The nodes that are wanted now because of it.</returns>
    /// <exception cref="ContentException">The DAG is no file of raw leaves, or exceeds a limit.</exception>
    public IReadOnlyList<BlockHash> Add(BlockHash hash, ReadOnlyMemory<byte> block)
    {
        _nodeBytes += block.Length;
        if (_nodeBytes > _limits.MaxNodeBytes)
        {
            throw Invalid($"its nodes have more than {_limits.MaxNodeBytes} bytes together");
        }

        IReadOnlyList<DagLink> children = FileNode.TryDecode(block.Span, _limits, out string problem)
            ?? throw Invalid($"the node {hash.ToCid(Multicodec.DagPb)} {problem}");
        _children.Add(hash, children);
        _nodes.Add(new DagNode(hash, block));

        int depth = _depths[hash] + 1;
        var wanted = new List<BlockHash>();
        foreach (DagLink child in children)
        {
            if (!child.IsLeaf && _depths.TryAdd(child.Hash, depth))
            {
                wanted.Add(child.Hash);
            }
        }

        return wanted.Count == 0 || depth <= _limits.MaxDepth ? wanted : throw TooDeep();
    }

    /// <summary>Lists the leaves in the file's order, once every node that was wanted is here.</summary>
    /// <exception cref="ContentException">Sizes do not add up, or a limit is exceeded.</exception>
    public LeafList Finish()
    {
        var leaves = new LeafList();
        Visit(_root, 1, leaves);
        return leaves;
    }

    // Recursion is bounded by the depth, the work by the number of leaves: every node has at least one below it.
    private void Visit(DagLink node, int depth, LeafList leaves)
    {
        if (depth > _limits.MaxDepth)
        {
            throw TooDeep();
        }

        long before = leaves.FileSize;
        foreach (DagLink child in _children[node.Hash])
        {
            if (!child.IsLeaf)
            {
                Visit(child, depth + 1, leaves);
                continue;
            }

            if (leaves.Count == _limits.MaxChunks)
            {
                throw Invalid($"it has more than {_limits.MaxChunks} leaves");
            }

            leaves.Add(child.Hash, (int)child.FileSize);
        }

        if (depth > 1 && leaves.FileSize - before != node.FileSize)
        {
            throw Invalid($"the node {node.Cid} has {leaves.FileSize - before} bytes below it, its parent says {node.FileSize}");
        }
    }

    private ContentException TooDeep() => Invalid($"it has more than {_limits.MaxDepth} levels of nodes");

    private ContentException Invalid(string problem) => new(
        ContentError.InvalidDag, $"{_root.Cid} can't be read as a file: {problem}.");
}
