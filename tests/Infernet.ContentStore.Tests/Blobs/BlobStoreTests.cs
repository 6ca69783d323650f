using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Dag;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Tests.Blobs;

[TestFixture]
internal sealed class BlobStoreTests
{
    private TestFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TestFolder();

    [TearDown]
    public void RemoveFolder() => _folder.Dispose();

    [Test]
    public async Task AddFile_Copy_KeepsTheFileAsItIs()
    {
        byte[] content = TestBytes.Random(5_000_000);
        string path = _folder.Write("model", content);
        await using BlobStore store = _folder.Open();
        var reports = new List<AddProgress>();

        BlobInfo added = await store.AddFileAsync(path, AddMode.Copy, new Collect<AddProgress>(reports), default);
        File.Delete(path);

        Assert.That(store.TryGetPath(added.Root, out string stored));
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(stored), Is.EqualTo(content));
            Assert.That(added, Is.EqualTo(store.Stat(added.Root)));
            Assert.That(added.IsComplete && added.IsPinned);
            Assert.That(added.BytesPresent, Is.EqualTo(content.Length));
            Assert.That(added.Root.Codec, Is.EqualTo(Multicodec.DagPb));
            Assert.That(reports[^1], Is.EqualTo(new AddProgress(content.Length, content.Length)));
        });
    }

    [Test]
    public async Task AddFile_OneChunk_IsNamedByItsOwnHash()
    {
        await using BlobStore store = _folder.Open();
        BlobInfo added = await store.AddFileAsync(_folder.Write("small", "hello world"u8), AddMode.Copy, null, default);
        Assert.That(added.Root, Is.EqualTo(Cid.OfRaw("hello world"u8)));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(7)]
    public async Task AddFile_AnyNumberOfThreads_GivesTheSameRoot(int threads)
    {
        string path = _folder.Write("model", TestBytes.Random(20_000_000, 3));
        await using BlobStore store = _folder.Open(change: options => options with { HashThreads = threads });
        BlobInfo added = await store.AddFileAsync(path, AddMode.Copy, null, default);
        Assert.That(added.Root.ToString(), Is.EqualTo("bafybeic4dhoao7sllbmmsa7tr7f366y33vduhc6ffluaq76phxq32l5m7u"));
    }

    [Test]
    public async Task AddFile_Link_SharesTheBytesOnDisk()
    {
        string path = _folder.Write("model", TestBytes.Random(2_000_000));
        await using BlobStore store = _folder.Open();
        BlobInfo added = await store.AddFileAsync(path, AddMode.Link, null, default);
        using (FileStream original = File.OpenWrite(path))
        {
            original.WriteByte(0xee);
        }

        using FileStream stored = File.OpenRead(added.Path);
        Assert.That(stored.ReadByte(), Is.EqualTo(0xee));
    }

    [Test]
    public async Task AddFile_ThatIsHereAlready_IsStoredOnce()
    {
        byte[] content = TestBytes.Random(3_000_000);
        await using BlobStore store = _folder.Open();
        BlobInfo first = await store.AddFileAsync(_folder.Write("a", content), AddMode.Copy, null, default);
        BlobInfo second = await store.AddFileAsync(_folder.Write("b", content), AddMode.Copy, null, default);
        Assert.Multiple(() =>
        {
            Assert.That(second, Is.EqualTo(first));
            Assert.That(Directory.GetDirectories(_folder.StorePath()), Has.Length.EqualTo(1));
        });
    }

    [Test]
    public async Task AddFile_NoSuchFile_SaysSo() => await Refuse(System.IO.Path.Combine(_folder.Path, "no"), ContentError.NoSuchFile);

    [Test]
    public async Task AddFile_LinkToNowhere_SaysSo()
    {
        string link = System.IO.Path.Combine(_folder.Path, "link");
        File.CreateSymbolicLink(link, System.IO.Path.Combine(_folder.Path, "no"));
        await Refuse(link, ContentError.NoSuchFile);
    }

    [Test]
    public async Task AddFile_Directory_SaysSo() => await Refuse(_folder.Path, ContentError.NotAFile);

    [Test]
    public async Task AddFile_Empty_SaysSo() => await Refuse(_folder.Write("empty", []), ContentError.EmptyFile);

    [Test]
    public async Task AddFile_ChangedMeanwhile_SaysSo()
    {
        string path = _folder.Write("growing", TestBytes.Random(9_000_000));
        await using BlobStore store = _folder.Open();
        var progress = new Once<AddProgress>(() => File.AppendAllText(path, "more"));
        ContentException refused = (await Assert.ThrowsAsync<ContentException>(
            () => store.AddFileAsync(path, AddMode.Copy, progress, default)))!;
        Assert.That(refused.Error, Is.EqualTo(ContentError.ChangedWhileAdded));
        Assert.That(Directory.GetDirectories(_folder.StorePath()), Is.Empty);
    }

    [Test]
    public async Task AddFile_MoreThanTheDiskHas_GivesTheNumbers()
    {
        string path = _folder.Write("model", TestBytes.Random(100_000));
        await using BlobStore store = _folder.Open(change: options => options with { FreeSpace = _ => 99_999 });
        ContentException refused = (await Assert.ThrowsAsync<ContentException>(
            () => store.AddFileAsync(path, AddMode.Copy, null, default)))!;
        Assert.Multiple(() =>
        {
            Assert.That(refused.Error, Is.EqualTo(ContentError.NotEnoughSpace));
            Assert.That(refused.Message, Does.Contain("100,000").And.Contain("99,999"));
        });
    }

    [Test]
    public async Task AddFile_Cancelled_LeavesNothing()
    {
        string path = _folder.Write("model", TestBytes.Random(30_000_000));
        await using BlobStore store = _folder.Open();
        using var stop = new CancellationTokenSource();
        var progress = new Once<AddProgress>(stop.Cancel);
        await Assert.CatchAsync<OperationCanceledException>(() => store.AddFileAsync(path, AddMode.Copy, progress, stop.Token));
        Assert.That(Directory.GetDirectories(_folder.StorePath()), Is.Empty);
    }

    // A file may be, byte for byte, a node of another file's DAG: one hash, two blobs.
    [Test]
    public async Task AddFile_BytesThatAreAnothersRootNode_AreABlobOfTheirOwn()
    {
        await using BlobStore store = _folder.Open();
        BlobInfo model = await store.AddFileAsync(_folder.Write("m", TestBytes.Random(2_000_000)), AddMode.Copy, null, default);
        var node = new byte[DagLimits.MaxBlockSize];
        bool found = BlockHash.TryFrom(model.Root, out BlockHash hash) & store.TryRead(hash, node, out int length);
        BlobInfo twin = await store.AddFileAsync(_folder.Write("n", node.AsSpan(0, length)), AddMode.Copy, null, default);
        Assert.Multiple(() =>
        {
            Assert.That(found);
            Assert.That(twin.Root, Is.EqualTo(hash.ToCid(Multicodec.Raw)));
            Assert.That(store.Stat(model.Root), Is.EqualTo(model));
            Assert.That(store.List(), Has.Count.EqualTo(2));
        });
    }

    [Test]
    public async Task Stat_Version0OfTheRoot_FindsTheBlob()
    {
        await using BlobStore store = _folder.Open();
        BlobInfo added = await store.AddFileAsync(_folder.Write("m", TestBytes.Random(2_000_000)), AddMode.Copy, null, default);
        Assert.That(Cid.TryParse(added.Root.Hash.Bytes.Span, out Cid version0));
        Assert.That(store.Stat(version0), Is.EqualTo(added));
    }

    [Test]
    public async Task Open_AfterClosing_FindsEverythingAgain()
    {
        string path = _folder.Write("model", TestBytes.Random(4_000_000));
        BlobInfo added;
        await using (BlobStore store = _folder.Open())
        {
            added = await store.AddFileAsync(path, AddMode.Copy, null, default);
            store.Unpin(added.Root);
        }

        await using BlobStore again = _folder.Open();
        Assert.That(again.List(), Is.EqualTo(new[] { added with { IsPinned = false } }));
    }

    [Test]
    public async Task Open_Twice_SaysThatItIsInUse()
    {
        await using BlobStore store = _folder.Open();
        ContentException refused = Assert.Throws<ContentException>(() => _folder.Open())!;
        Assert.That(refused.Error, Is.EqualTo(ContentError.StoreInUse));
    }

    [Test]
    public async Task Open_LeftoversOfACrash_AreSwept()
    {
        string leftover = System.IO.Path.Combine(_folder.StorePath(), ".tmp-7");
        Directory.CreateDirectory(leftover);
        File.WriteAllText(System.IO.Path.Combine(leftover, "data"), "half");
        await using BlobStore store = _folder.Open();
        Assert.That(Directory.Exists(leftover), Is.False);
    }

    [Test]
    public async Task Open_DamagedIndex_LeavesThatBlobOut()
    {
        string path = _folder.Write("model", TestBytes.Random(4_000_000));
        BlobInfo added;
        await using (BlobStore store = _folder.Open())
        {
            added = await store.AddFileAsync(path, AddMode.Copy, null, default);
        }

        string index = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(added.Path)!, "index");
        byte[] bytes = File.ReadAllBytes(index);
        bytes[100] ^= 1;
        File.WriteAllBytes(index, bytes);
        await using BlobStore again = _folder.Open();
        Assert.That(again.List(), Is.Empty);
        Assert.That(await again.AddFileAsync(path, AddMode.Copy, null, default), Is.EqualTo(added));
    }

    [Test]
    public async Task Remove_WhatIsThere_TakesItAway()
    {
        await using BlobStore store = _folder.Open();
        BlobInfo added = await store.AddFileAsync(_folder.Write("m", TestBytes.Random(4_000_000)), AddMode.Copy, null, default);
        Assert.That(await store.RemoveAsync(added.Root, default));
        Assert.Multiple(() =>
        {
            Assert.That(store.TryGetPath(added.Root, out _), Is.False);
            Assert.That(store.Stat(added.Root), Is.Null);
            Assert.That(Directory.GetFileSystemEntries(_folder.StorePath(), "*"), Has.Length.EqualTo(1), "only the lock");
        });
        Assert.That(await store.RemoveAsync(added.Root, default), Is.False);
    }

    [Test]
    public async Task Remove_OneOfTwoThatShareChunks_LeavesTheOtherReadable()
    {
        byte[] content = TestBytes.Random(4_000_000);
        await using BlobStore store = _folder.Open();
        BlobInfo first = await store.AddFileAsync(_folder.Write("a", content), AddMode.Copy, null, default);
        BlobInfo second = await store.AddFileAsync(_folder.Write("b", [.. content, 1]), AddMode.Copy, null, default);
        await store.RemoveAsync(first.Root, default);
        byte[] chunk = content[..new ContentStore.Chunking.Chunker(new()).FindCut(content)];
        var buffer = new byte[DagLimits.MaxBlockSize];
        Assert.That(store.TryRead(BlockHash.Of(chunk), buffer, out int length));
        Assert.That(buffer.AsSpan(0, length).ToArray(), Is.EqualTo(chunk));
        Assert.That(store.List(), Is.EqualTo(new[] { second }));
    }

    [Test]
    public async Task CollectGarbage_RemovesWhatIsNotPinned()
    {
        await using BlobStore store = _folder.Open();
        BlobInfo kept = await store.AddFileAsync(_folder.Write("a", TestBytes.Random(1_000_000)), AddMode.Copy, null, default);
        BlobInfo loose = await store.AddFileAsync(_folder.Write("b", TestBytes.Random(2_000_000)), AddMode.Copy, null, default);
        store.Unpin(loose.Root);

        CollectionReport dry = await store.CollectGarbageAsync(dryRun: true, default);
        Assert.That(store.List(), Has.Count.EqualTo(2));
        CollectionReport real = await store.CollectGarbageAsync(dryRun: false, default);
        Assert.Multiple(() =>
        {
            Assert.That(dry.Removed, Is.EqualTo(new[] { loose.Root }));
            Assert.That(real.Removed, Is.EqualTo(dry.Removed));
            Assert.That(real.BytesFreed, Is.EqualTo(2_000_000));
            Assert.That(store.List(), Is.EqualTo(new[] { kept }));
        });
    }

    [Test]
    public async Task Pin_UnknownBlob_SaysSo()
    {
        await using BlobStore store = _folder.Open();
        ContentException refused = Assert.Throws<ContentException>(() => store.Pin(Cid.OfRaw("no"u8)))!;
        Assert.That(refused.Error, Is.EqualTo(ContentError.NoSuchBlob));
    }

    private async Task Refuse(string path, ContentError error)
    {
        await using BlobStore store = _folder.Open();
        ContentException refused = (await Assert.ThrowsAsync<ContentException>(
            () => store.AddFileAsync(path, AddMode.Copy, null, default)))!;
        Assert.Multiple(() =>
        {
            Assert.That(refused.Error, Is.EqualTo(error));
            Assert.That(refused.Message, Does.Contain(path));
            Assert.That(Directory.GetDirectories(_folder.StorePath()), Is.Empty);
        });
    }

    private sealed class Collect<T>(List<T> into) : IProgress<T>
    {
        public void Report(T value) => into.Add(value);
    }

    private sealed class Once<T>(Action action) : IProgress<T>
    {
        private bool _done;

        public void Report(T value)
        {
            if (!_done)
            {
                _done = true;
                action();
            }
        }
    }
}
