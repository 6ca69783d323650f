using Infernet.ContentStore.Dag;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Tests.Dag;

[TestFixture]
internal sealed class DagBuilderTests
{
    // Made by npm ipfs-unixfs-importer 17 (CIDv1, raw leaves, fixed-size chunks, balanced layout) over the bytes
    // i*i + (i >> 8).
    [TestCase(5, 1024, 174, "bafkreiabajjtnpqzeaxo36v4ao2czk4en36molfpgipo5lgxqhaocl5clu")]
    [TestCase(1024, 1024, 174, "bafkreidnhpipq5wb5efcf24yuyb7xvjyhzvdwzu6zb2xuvljocfzjgsdii")]
    [TestCase(1025, 1024, 174, "bafybeidqw4qgxxtby6dqnbid6j7reisoqy6jt7owmvgwdnxywqn3ly4bja")]
    [TestCase(5000, 1000, 1024, "bafybeiaxe5bwlsgg63fd3fikpvc24xgms2nveswsa4hei5yjghyvieetle")]
    [TestCase(2784, 16, 174, "bafybeifazie2tfktolqvjbzoe655wdls7fgvcfjwugwpoqnlnlun7gfhgy")]
    [TestCase(2800, 16, 174, "bafybeiadsnk2tavcbim7aoj7tfd3pgsqynuk2hcej3uhvsci2zvn2sakve")]
    [TestCase(8192, 8, 1024, "bafybeihwennbjzz4nqm2nnwjend5azswfcwkx3zeczb5y6xhkvlirhpsnu")]
    [TestCase(8203, 8, 1024, "bafybeig6fnhgbsxzfdn56bh7mnxkosarjhu7lsk76adyyfulbk34je6t6i")]
    [TestCase(64, 4, 4, "bafybeia7xt2fydwo7blydi4cazxmo7n5cxigpdpfqeobm6hrvve35vlkna")]
    [TestCase(65, 4, 4, "bafybeib6pwo4277cjzu3h6znphpyx4xl3mbjinlwau57o7nrxftdvi5qku")]
    [TestCase(400, 4, 3, "bafybeid737kkai6sqh4pdoygx4nynqjgd2rnotftq2sbk35dddlxs5og4y")]
    public void Finish_SameChunksAsIpfsTools_GivesTheirRoot(int length, int chunkSize, int maxLinks, string root)
    {
        byte[] data = [.. Enumerable.Range(0, length).Select(i => (byte)((i * i) + (i >> 8)))];
        var builder = new DagBuilder(maxLinks);
        foreach (byte[] chunk in data.Chunk(chunkSize))
        {
            builder.Add(BlockHash.Of(chunk), chunk.Length);
        }

        Assert.That(builder.Finish().Cid.ToString(), Is.EqualTo(root));
    }

    // The fixture multiblock.txt of https://specs.ipfs.tech/unixfs/, made by kubo.
    [Test]
    public void Finish_MultiblockFixtureOfTheSpecification_GivesItsRoot()
    {
        (string Leaf, int Size)[] leaves =
        [
            ("bafkreie5noke3mb7hqxukzcy73nl23k6lxszxi5w3dtmuwz62wnvkpsscm", 256),
            ("bafkreih4ephajybraj6wnxsbwjwa77fukurtpl7oj7t7pfq545duhot7cq", 256),
            ("bafkreigu7buvm3cfunb35766dn7tmqyh2um62zcio63en2btvxuybgcpue", 256),
            ("bafkreicll3huefkc3qnrzeony7zcfo7cr3nbx64hnxrqzsixpceg332fhe", 256),
            ("bafkreifst3pqztuvj57lycamoi7z34b4emf7gawxs74nwrc2c7jncmpaqm", 2),
        ];
        var builder = new DagBuilder();
        foreach (var (leaf, size) in leaves)
        {
            Assert.That(BlockHash.TryFrom(Cid.Parse(leaf), out BlockHash hash));
            builder.Add(hash, size);
        }

        Assert.That(
            builder.Finish().Cid.ToString(), Is.EqualTo("bafybeigcisqd7m5nf3qmuvjdbakl5bdnh4ocrmacaqkpuh77qjvggmt2sa"));
    }

    [Test]
    public void Finish_OneLeaf_IsItsOwnRoot()
    {
        var builder = new DagBuilder();
        builder.Add(BlockHash.Of("hello world"u8), 11);
        Assert.Multiple(() =>
        {
            // From the vectors of IPIP-0499, profile unixfs-v1-2025.
            Assert.That(
                builder.Finish().Cid.ToString(), Is.EqualTo("bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"));
            Assert.That(builder.Nodes, Is.Empty);
        });
    }
}
