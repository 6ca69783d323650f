using Infernet.ContentStore.Chunking;
using Infernet.ContentStore.Dag;

namespace Infernet.ContentStore.Tests.Chunking;

[TestFixture]
internal sealed class ChunkerTests
{
    private static readonly Chunker Default = new(new ChunkerOptions());

    // Cutting decides the CIDs of files; a change here would part the old network from the new.
    [Test]
    public void Cuts_OfKnownBytes_NeverChange()
    {
        var data = new byte[8 << 20];
        uint state = 12345;
        for (int i = 0; i < data.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            data[i] = (byte)(state >> 24);
        }

        Assert.That(string.Join(' ', Sizes(data)), Is.EqualTo(
            "608636 639414 582379 475694 510964 624581 615721 348997 423317 576584 396758 555201 543574 675218 543013 268557"));
    }

    [Test]
    public void FindCut_AnyBytes_StaysWithinLimits()
    {
        List<int> sizes = Sizes(TestBytes.Random(24 << 20));
        Assert.Multiple(() =>
        {
            Assert.That(sizes.SkipLast(1), Has.All.InRange(256 << 10, 1 << 20));
            Assert.That(sizes.Average(), Is.InRange(400 << 10, 700 << 10));
            Assert.That(sizes.Sum(), Is.EqualTo(24 << 20));
        });
    }

    [Test]
    public void FindCut_Zeros_CutsAtMaximum() =>
        Assert.That(Sizes(new byte[(3 << 20) + 5]), Is.EqualTo(new[] { 1 << 20, 1 << 20, 1 << 20, 5 }));

    [TestCase(1)]
    [TestCase(256 << 10)]
    public void FindCut_FileBelowMinimum_IsOneChunk(int length) =>
        Assert.That(Default.FindCut(TestBytes.Random(length)), Is.EqualTo(length));

    [Test]
    public void FindCut_SeveralStretchesAtOnce_FindsWhatOneByOneFinds()
    {
        byte[] data = TestBytes.Random(8 << 20, 7);
        Assert.That(Sizes(data), Is.EqualTo(ReferenceSizes(data)));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Cuts_AfterRandomEdits_KeepMostChunks(int seed)
    {
        byte[] data = TestBytes.Random(32 << 20, seed);
        HashSet<BlockHash> before = Hashes(data);
        var random = new Random(seed);
        var edited = new List<byte>(data);
        const int Edits = 4;
        for (int i = 0; i < Edits; i++)
        {
            int at = random.Next(edited.Count - 100);
            switch (i % 3)
            {
                case 0: edited.InsertRange(at, TestBytes.Random(random.Next(1, 5_000), i)); break;
                case 1: edited.RemoveRange(at, 100); break;
                default: edited[at] ^= 1; break;
            }
        }

        HashSet<BlockHash> after = Hashes([.. edited]);
        int lost = after.Count - after.Intersect(before).Count();
        Assert.That(lost, Is.LessThanOrEqualTo(Edits * 6), $"seed {seed}: of {after.Count}");
    }

    private static List<int> Sizes(ReadOnlySpan<byte> data)
    {
        var sizes = new List<int>();
        while (!data.IsEmpty)
        {
            sizes.Add(Default.FindCut(data));
            data = data[sizes[^1]..];
        }

        return sizes;
    }

    private static HashSet<BlockHash> Hashes(ReadOnlySpan<byte> data)
    {
        var hashes = new HashSet<BlockHash>();
        foreach (int size in Sizes(data))
        {
            hashes.Add(BlockHash.Of(data[..size]));
            data = data[size..];
        }

        return hashes;
    }

    // The definition, byte by byte: the first position whose last 64 bytes hash below the limit for its distance.
    private static List<int> ReferenceSizes(byte[] data)
    {
        var sizes = new List<int>();
        int start = 0;
        while (start < data.Length)
        {
            int length = Math.Min(data.Length - start, 1 << 20);
            int cut = length;
            for (int i = 256 << 10; i < length; i++)
            {
                ulong hash = 0;
                for (int j = start + i - 63; j <= start + i; j++)
                {
                    hash = (hash << 1) + GearTable.Words[data[j]];
                }

                if (hash < 1UL << (i < 512 << 10 ? 44 : 48))
                {
                    cut = i + 1;
                    break;
                }
            }

            sizes.Add(cut);
            start += cut;
        }

        return sizes;
    }
}
