using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Dag;
using Infernet.ContentStore.Tests.Exchange;

namespace Infernet.ContentStore.Tests.Blobs;

[TestFixture]
internal sealed class PartialBlobTests
{
    private readonly byte[][] _chunks = [.. Enumerable.Range(0, 10).Select(i => TestBytes.Random(1_000 + i, i))];
    private readonly LeafList _leaves = new();
    private DagLink _root;
    private IReadOnlyList<DagNode> _nodes = [];
    private TestFolder _folder = null!;

    private BlobFolder Folder => new(_folder.StorePath(), _root.Cid);

    [OneTimeSetUp]
    public void BuildDag()
    {
        var builder = new DagBuilder();
        foreach (byte[] chunk in _chunks)
        {
            builder.Add(BlockHash.Of(chunk), chunk.Length);
            _leaves.Add(BlockHash.Of(chunk), chunk.Length);
        }

        _root = builder.Finish();
        _nodes = builder.Nodes;
    }

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task Write_EveryChunkInAnyOrder_MakesAWholeBlob()
    {
        await using BlobStore store = _folder.Open();
        await using (PartialBlob blob = store.BeginPartial(_root.Cid, _leaves, _nodes))
        {
            foreach (int i in new[] { 9, 3, 0, 1, 2, 8, 7, 4, 6, 5 })
            {
                Assert.That(blob.Write(i, _chunks[i]));
                Assert.That(blob.Write(i, _chunks[i]), Is.False);
            }

            Assert.That(await blob.TryCompleteAsync(default));
        }

        Assert.That(store.TryGetPath(_root.Cid, out string path));
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(path), Is.EqualTo(_chunks.SelectMany(chunk => chunk)));
            Assert.That(File.Exists(Folder.Journal), Is.False);
            Assert.That(store.Stat(_root.Cid)!.IsComplete);
        });
    }

    [Test]
    public async Task Resume_AfterClosing_HasWhatWasWritten()
    {
        await WriteSome(0, 5);
        await using BlobStore store = _folder.Open();
        Assert.That(store.Stat(_root.Cid)!.BytesPresent, Is.EqualTo(_chunks[0].Length + _chunks[5].Length));
        await using PartialBlob blob = store.ResumePartial(_root.Cid)!;
        Assert.That(Enumerable.Range(0, 10).Where(blob.Has), Is.EqualTo(new[] { 0, 5 }));
        Assert.That(blob.BytesResumed, Is.EqualTo(_chunks[0].Length + _chunks[5].Length));
    }

    // A journal without its last mark is what kill -9 leaves; the chunks it names are hashed before they count.
    [Test]
    public async Task Resume_WithoutDurableMark_BelievesOnlyIntactChunks()
    {
        await WriteSome(0, 5);
        byte[] journal = File.ReadAllBytes(Folder.Journal);
        File.WriteAllBytes(Folder.Journal, journal[..32]);
        Damage(_leaves.OffsetOf(5));
        await using BlobStore store = _folder.Open();
        await using PartialBlob blob = store.ResumePartial(_root.Cid)!;
        Assert.That(Enumerable.Range(0, 10).Where(blob.Has), Is.EqualTo(new[] { 0 }));
    }

    [TestCase(33)]
    [TestCase(47)]
    public async Task Resume_TornRecord_IsCutOff(int length)
    {
        await WriteSome(0, 5, 7);
        File.WriteAllBytes(Folder.Journal, File.ReadAllBytes(Folder.Journal)[..length]);
        await using (BlobStore store = _folder.Open())
        {
            await using PartialBlob blob = store.ResumePartial(_root.Cid)!;
            Assert.That(Enumerable.Range(0, 10).Where(blob.Has), Is.EqualTo(new[] { 0, 5 }));
            blob.Write(9, _chunks[9]);
        }

        await using BlobStore again = _folder.Open();
        await using PartialBlob resumed = again.ResumePartial(_root.Cid)!;
        Assert.That(Enumerable.Range(0, 10).Where(resumed.Has), Is.EqualTo(new[] { 0, 5, 9 }));
    }

    [Test]
    public async Task TryComplete_DurableChunkWentBad_MissesItAgain()
    {
        await WriteSome(0, 5);
        Damage(_leaves.OffsetOf(5));
        await using BlobStore store = _folder.Open();
        await using PartialBlob blob = store.ResumePartial(_root.Cid)!;
        for (int i = 0; i < 10; i++)
        {
            blob.Write(i, _chunks[i]);
        }

        Assert.That(await blob.TryCompleteAsync(default), Is.False);
        Assert.That(blob.Has(5), Is.False);
        blob.Write(5, _chunks[5]);
        Assert.That(await blob.TryCompleteAsync(default));
    }

    [Test]
    public async Task Resume_JournalOfGarbage_HasNothing()
    {
        await WriteSome(0, 5);
        File.WriteAllBytes(Folder.Journal, TestBytes.Random(1_000));
        await using BlobStore store = _folder.Open();
        await using PartialBlob blob = store.ResumePartial(_root.Cid)!;
        Assert.That(blob.ChunksPresent, Is.Zero);
    }

    [Test]
    public async Task CopyFromOthers_ChunksThatOtherBlobsHave_AreTaken()
    {
        await using BlobStore store = _folder.Open();
        await store.AddFileAsync(_folder.Write("chunk", _chunks[4]), AddMode.Copy, null, default);
        await using PartialBlob blob = store.BeginPartial(_root.Cid, _leaves, _nodes);
        Assert.That(blob.CopyFromOthers(default), Is.EqualTo(_chunks[4].Length));
        Assert.That(blob.Has(4));
    }

    [Test]
    public async Task CopyFromOthers_ChunkThatWentBadThere_IsNotTaken()
    {
        await using BlobStore store = _folder.Open();
        BlobInfo other = await store.AddFileAsync(_folder.Write("chunk", _chunks[4]), AddMode.Copy, null, default);
        File.WriteAllBytes(other.Path, _chunks[3]);
        await using PartialBlob blob = store.BeginPartial(_root.Cid, _leaves, _nodes);
        Assert.That(blob.CopyFromOthers(default), Is.Zero);
    }

    [Test]
    public async Task Remove_WhileFetching_SaysThatItIsBusy()
    {
        await using BlobStore store = _folder.Open();
        await using PartialBlob blob = store.BeginPartial(_root.Cid, _leaves, _nodes);
        ContentException refused = (await Assert.ThrowsAsync<ContentException>(() => store.RemoveAsync(_root.Cid, default)))!;
        Assert.That(refused.Error, Is.EqualTo(ContentError.Busy));
        Assert.That((await store.CollectGarbageAsync(dryRun: false, default)).Removed, Is.Empty);
    }

    [Test]
    public async Task AddFile_OfWhichAPartLiesHere_ReplacesThePart()
    {
        byte[] content = TestBytes.Random(2_000_000);
        string path = _folder.Write("model", content);
        await using BlobStore other = _folder.Open("other");
        BlobInfo whole = await other.AddFileAsync(path, AddMode.Copy, null, default);
        await using BlobStore store = _folder.Open();
        PartialSeeder seeder = PartialSeeder.Begin(whole, other, store);
        ContentException busy = (await Assert.ThrowsAsync<ContentException>(
            () => store.AddFileAsync(path, AddMode.Copy, null, default)))!;
        Assert.That(busy.Error, Is.EqualTo(ContentError.Busy));

        await seeder.DisposeAsync();
        BlobInfo added = await store.AddFileAsync(path, AddMode.Copy, null, default);
        Assert.That(added.IsComplete);
        Assert.That(File.ReadAllBytes(added.Path), Is.EqualTo(content));
        Assert.That(store.List(), Is.EqualTo(new[] { added }));
    }

    [Test]
    public async Task CollectGarbage_AbandonedPartial_IsRemoved()
    {
        await WriteSome(0, 5);
        await using BlobStore store = _folder.Open();
        CollectionReport report = await store.CollectGarbageAsync(dryRun: false, default);
        Assert.That(report.Removed, Is.EqualTo(new[] { _root.Cid }));
        Assert.That(Directory.Exists(Folder.Path), Is.False);
    }

    [Test]
    public async Task CollectGarbage_PinnedPartial_Stays()
    {
        await WriteSome(0, 5);
        await using BlobStore store = _folder.Open();
        store.Pin(_root.Cid);
        Assert.That((await store.CollectGarbageAsync(dryRun: false, default)).Removed, Is.Empty);
    }

    private async Task WriteSome(params int[] chunks)
    {
        await using BlobStore store = _folder.Open();
        await using PartialBlob blob = store.BeginPartial(_root.Cid, _leaves, _nodes);
        foreach (int i in chunks)
        {
            blob.Write(i, _chunks[i]);
        }
    }

    private void Damage(long offset)
    {
        using FileStream data = File.OpenWrite(Folder.Partial);
        data.Position = offset;
        data.WriteByte((byte)~_chunks[5][0]);
    }
}
