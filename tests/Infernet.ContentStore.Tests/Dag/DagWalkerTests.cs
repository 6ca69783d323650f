using Infernet.ContentStore.Dag;

namespace Infernet.ContentStore.Tests.Dag;

[TestFixture]
internal sealed class DagWalkerTests
{
    private static readonly DagLimits Limits = new();

    [Test]
    public void Finish_TreeOfThreeLevels_ListsLeavesInOrder()
    {
        var builder = new DagBuilder(maxLinks: 4);
        for (int i = 0; i < 30; i++)
        {
            builder.Add(BlockHash.Of([(byte)i]), i + 1);
        }

        LeafList leaves = Walk(builder.Finish().Hash, builder.Nodes, Limits);
        Assert.Multiple(() =>
        {
            Assert.That(leaves.Count, Is.EqualTo(30));
            Assert.That(leaves.FileSize, Is.EqualTo(30 * 31 / 2));
            Assert.That(Enumerable.Range(0, 30).All(i => leaves.HashOf(i).Equals(BlockHash.Of([(byte)i]))));
            Assert.That(Enumerable.Range(0, 30).All(i => leaves.SizeOf(i) == i + 1));
        });
    }

    [Test]
    public void Add_ChainWithoutEnd_IsCutAtTheDepthLimit()
    {
        var nodes = new List<DagNode>();
        var child = new DagLink(BlockHash.Of("x"u8), IsLeaf: true, 1, 1);
        for (int i = 0; i < 12; i++)
        {
            child = Parent(nodes, child);
        }

        Refuse(() => Walk(child.Hash, nodes, Limits), "levels");
    }

    // Ten levels of nodes that name one child a thousand times would be 10^30 leaves in a few kilobytes.
    [Test]
    public void Finish_NodesThatRepeatTheirChild_StopAtTheLeafLimit()
    {
        var nodes = new List<DagNode>();
        var child = new DagLink(BlockHash.Of("x"u8), IsLeaf: true, 1, 1);
        for (int i = 0; i < 4; i++)
        {
            child = Parent(nodes, [.. Enumerable.Repeat(child, 200)]);
        }

        Refuse(() => Walk(child.Hash, nodes, Limits with { MaxChunks = 10_000 }), "more than 10000 leaves");
    }

    [Test]
    public void Finish_ChildSmallerThanItsParentSays_IsRefused()
    {
        var nodes = new List<DagNode>();
        DagLink inner = Parent(nodes, new DagLink(BlockHash.Of("x"u8), IsLeaf: true, 1, 1));
        DagLink root = Parent(nodes, inner with { FileSize = 2 });
        Refuse(() => Walk(root.Hash, nodes, Limits), "its parent says 2");
    }

    [Test]
    public void Add_MoreNodeBytesThanAllowed_AreRefused()
    {
        var nodes = new List<DagNode>();
        DagLink root = Parent(nodes, new DagLink(BlockHash.Of("x"u8), IsLeaf: true, 1, 1));
        Refuse(() => Walk(root.Hash, nodes, Limits with { MaxNodeBytes = 10 }), "more than 10 bytes");
    }

    private static DagLink Parent(List<DagNode> nodes, params DagLink[] children)
    {
        byte[] block = FileNode.Encode(children);
        nodes.Add(new DagNode(BlockHash.Of(block), block));
        return new DagLink(nodes[^1].Hash, IsLeaf: false, children.Sum(child => child.FileSize), 1);
    }

    private static LeafList Walk(BlockHash root, IReadOnlyList<DagNode> nodes, DagLimits limits)
    {
        var walker = new DagWalker(root, limits);
        var wanted = new Queue<BlockHash>([root]);
        while (wanted.TryDequeue(out BlockHash hash))
        {
            foreach (BlockHash next in walker.Add(hash, nodes.First(node => node.Hash.Equals(hash)).Block))
            {
                wanted.Enqueue(next);
            }
        }

        return walker.Finish();
    }

    private static void Refuse(Action walk, string reason)
    {
        ContentException refused = Assert.Throws<ContentException>(walk)!;
        Assert.That(refused.Error, Is.EqualTo(ContentError.InvalidDag));
        Assert.That(refused.Message, Does.Contain(reason));
    }
}
