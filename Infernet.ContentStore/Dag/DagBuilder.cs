namespace Infernet.ContentStore.Dag;

/// <summary>
/// Builds a file's balanced DAG from its leaves as they come, as IPFS tools do: every leaf at one depth, every node
/// full but the last of its level. Holds one unfinished node per level, so a file of any size fits.
/// </summary>
internal sealed class DagBuilder(int maxLinks = DagBuilder.DefaultLinks)
{
    /// <summary>As in the profile unixfs-v1-2025 (IPIP-0499): a node of 52 kB covers half a gigabyte here.</summary>
    public const int DefaultLinks = 1_024;

    private readonly List<List<DagLink>> _levels = [[]];
    private readonly List<DagNode> _nodes = [];

    /// <summary>The finished nodes, children before parents.</summary>
    public IReadOnlyList<DagNode> Nodes => _nodes;

    /// <summary>Appends the next leaf.</summary>
    public void Add(BlockHash leaf, int size) => Add(0, new DagLink(leaf, IsLeaf: true, size, size));

    /// <summary>Closes the unfinished nodes. A single leaf is its own root.</summary>
    /// <returns>The root.</returns>
    public DagLink Finish()
    {
        for (int level = 0; ; level++)
        {
            List<DagLink> open = _levels[level];
            bool top = level == _levels.Count - 1;
            if (top && open.Count == 1)
            {
                return open[0];
            }

            if (open.Count > 0)
            {
                Close(level);
            }
        }
    }

    private void Add(int level, DagLink link)
    {
        if (level == _levels.Count)
        {
            _levels.Add([]);
        }

        // A full node is closed only when its level goes on: if it does not, it is the root.
        if (_levels[level].Count == maxLinks)
        {
            Close(level);
        }

        _levels[level].Add(link);
    }

    private void Close(int level)
    {
        List<DagLink> children = _levels[level];
        byte[] block = FileNode.Encode(children);
        BlockHash hash = BlockHash.Of(block);
        _nodes.Add(new DagNode(hash, block));
        var link = new DagLink(
            hash, IsLeaf: false, children.Sum(child => child.FileSize), block.Length + children.Sum(child => child.TotalSize));
        children.Clear();
        Add(level + 1, link);
    }
}
