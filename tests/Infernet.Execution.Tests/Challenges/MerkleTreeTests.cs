using System.Text;
using Infernet.Execution.Challenges;

namespace Infernet.Execution.Tests.Challenges;

[TestFixture]
public sealed class MerkleTreeTests
{
    [Test]
    public void Path_OfEveryLeafOfEverySize_LeadsToTheRoot()
    {
        for (int count = 1; count <= 33; count++)
        {
            MerkleTree tree = Tree(count);
            for (int leaf = 0; leaf < count; leaf++)
            {
                Assert.That(Holds(tree, count, leaf, Leaf(leaf), Path(tree, leaf)), $"leaf {leaf} of {count}");
            }
        }
    }

    [Test]
    public void Leaf_WithOtherData_DoesNotHold() =>
        Assert.That(Holds(Tree(7), 7, 3, Leaf(4), Path(Tree(7), 3)), Is.False);

    [Test]
    public void Leaf_AtAnotherPlace_DoesNotHold() =>
        Assert.That(Holds(Tree(7), 7, 2, Leaf(3), Path(Tree(7), 3)), Is.False);

    [Test]
    public void Path_OfAnotherLength_DoesNotHold()
    {
        MerkleTree tree = Tree(7);
        IReadOnlyList<ReadOnlyMemory<byte>> path = Path(tree, 3);

        Assert.That(Holds(tree, 7, 3, Leaf(3), [.. path.SkipLast(1)]), Is.False);
        Assert.That(Holds(tree, 7, 3, Leaf(3), [.. path, new byte[32]]), Is.False);
    }

    [Test]
    public void Path_WithAHashOfAnotherLength_DoesNotHold()
    {
        MerkleTree tree = Tree(7);

        Assert.That(Holds(tree, 7, 3, Leaf(3), [new byte[31], .. Path(tree, 3).Skip(1)]), Is.False);
    }

    [Test]
    public void Node_PassedOffAsALeaf_DoesNotHold()
    {
        // The two hashes below the root, as if they were one leaf's data: the prefixes tell them apart.
        var tree = new MerkleTree([MerkleTree.HashLeaf(Leaf(0)), MerkleTree.HashLeaf(Leaf(1))]);
        byte[] joined = [.. MerkleTree.HashLeaf(Leaf(0)), .. MerkleTree.HashLeaf(Leaf(1))];

        Assert.That(Holds(tree, 1, 0, joined, []), Is.False);
    }

    private static byte[] Leaf(int leaf) => Encoding.UTF8.GetBytes($"leaf {leaf}");

    private static MerkleTree Tree(int count) =>
        new([.. Enumerable.Range(0, count).Select(i => MerkleTree.HashLeaf(Leaf(i)))]);

    private static IReadOnlyList<ReadOnlyMemory<byte>> Path(MerkleTree tree, int leaf) =>
        [.. tree.PathOf(leaf).Select(h => (ReadOnlyMemory<byte>)h)];

    private static bool Holds(
        MerkleTree tree, int count, int leaf, byte[] data, IReadOnlyList<ReadOnlyMemory<byte>> path) =>
        MerkleTree.Holds(tree.Root, count, leaf, data, path);
}
