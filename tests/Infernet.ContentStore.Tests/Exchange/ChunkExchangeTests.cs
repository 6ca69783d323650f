using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Dag;
using Infernet.ContentStore.Exchange;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Tests.Exchange;

[TestFixture]
internal sealed class ChunkExchangeTests
{
    private TestFolder _folder = null!;
    private TestNode _seeder = null!;
    private TestNode _fetcher = null!;

    [SetUp]
    public async Task StartNodes()
    {
        _folder = new TestFolder();
        _seeder = await TestNode.StartAsync(_folder, "seeder");
        _fetcher = await TestNode.StartAsync(_folder, "fetcher");
    }

    [TearDown]
    public async Task StopNodes()
    {
        await _fetcher.DisposeAsync();
        await _seeder.DisposeAsync();
        _folder.Dispose();
    }

    [TestCase(11)]
    [TestCase(1_000_000)]
    [TestCase(12_000_000)]
    public async Task Fetch_FromOnePeer_GivesTheSameFile(int size)
    {
        byte[] content = TestBytes.Random(size);
        BlobInfo added = await _seeder.AddAsync(_folder, content);
        FetchReport report = await _fetcher.FetchAsync(added.Root, [_seeder.Host]);
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(report.Path), Is.EqualTo(content));
            Assert.That(report.BytesReceived, Is.InRange(size, size + 100_000));
            Assert.That(report.Peers.Single(), Is.EqualTo(new PeerOutcome(_seeder.Host.Id, report.BytesReceived, null, false)));
            Assert.That(_fetcher.Store.Stat(added.Root), Is.EqualTo(added with { Path = report.Path }));
        });
    }

    [Test]
    public async Task Fetch_FromThreePeers_TakesFromEach()
    {
        byte[] content = TestBytes.Random(12_000_000);
        await using TestNode second = await TestNode.StartAsync(_folder, "second");
        await using TestNode third = await TestNode.StartAsync(_folder, "third");
        BlobInfo added = await _seeder.AddAsync(_folder, content);
        await second.AddAsync(_folder, content);
        await third.AddAsync(_folder, content);

        FetchReport report = await _fetcher.FetchAsync(added.Root, [_seeder.Host, second.Host, third.Host]);
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(report.Path), Is.EqualTo(content));
            Assert.That(report.Peers, Has.Count.EqualTo(3));
            Assert.That(report.Peers.Sum(peer => peer.Bytes), Is.EqualTo(report.BytesReceived));
            Assert.That(report.Peers.Count(peer => peer.Bytes > 0), Is.GreaterThanOrEqualTo(2));
        });
    }

    [Test]
    public async Task Fetch_ProviderDiesInTheMiddle_GoesOnWithTheOthers()
    {
        byte[] content = TestBytes.Random(12_000_000);
        BlobInfo added = await _seeder.AddAsync(_folder, content);
        var dead = new TaskCompletionSource();
        await using ScriptedPeer steady1 = await ServeAfterAsync(dead.Task);
        await using ScriptedPeer steady2 = await ServeAfterAsync(dead.Task);
        int served = 0;
        await using ScriptedPeer dying = await ScriptedPeer.ServeAsync(async (hash, stream) =>
        {
            if (served++ == 3)
            {
                dead.TrySetResult();
                return false;
            }

            await SendFromSeederAsync(hash, stream);
            return true;
        });

        FetchReport report = await _fetcher.FetchAsync(added.Root, [dying.Host, steady1.Host, steady2.Host]);
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(report.Path), Is.EqualTo(content));
            Assert.That(report.Peers[0].Failure, Does.Contain("reset"));
            Assert.That(report.Peers[0].Misbehaved, Is.False);
            Assert.That(report.Peers[0].Bytes, Is.GreaterThan(0));
        });
    }

    [Test]
    public async Task Fetch_AfterACancelledOne_AsksOnlyForTheRest()
    {
        byte[] content = TestBytes.Random(12_000_000);
        BlobInfo added = await _seeder.AddAsync(_folder, content);
        using var stop = new CancellationTokenSource();
        int served = 0;
        await using ScriptedPeer partly = await ScriptedPeer.ServeAsync(async (hash, stream) =>
        {
            if (served++ == 6)
            {
                await stop.CancelAsync();
                return true;
            }

            await SendFromSeederAsync(hash, stream);
            return true;
        });
        await Assert.CatchAsync<OperationCanceledException>(() => _fetcher.FetchAsync(added.Root, [partly.Host], cancel: stop.Token));

        FetchReport report = await _fetcher.FetchAsync(added.Root, [_seeder.Host]);
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(report.Path), Is.EqualTo(content));
            Assert.That(report.BytesResumed, Is.GreaterThan(0));
            Assert.That(report.BytesReceived, Is.EqualTo(content.Length - report.BytesResumed));
        });
    }

    [Test]
    public async Task Fetch_FineTuneOfWhatIsHere_AsksOnlyForWhatDiffers()
    {
        byte[] content = TestBytes.Random(12_000_000);
        await _fetcher.AddAsync(_folder, content);
        byte[] tuned = [.. content[..4_000_000], .. TestBytes.Random(500_000, 9), .. content[4_000_000..]];
        BlobInfo added = await _seeder.AddAsync(_folder, tuned);

        FetchReport report = await _fetcher.FetchAsync(added.Root, [_seeder.Host]);
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(report.Path), Is.EqualTo(tuned));
            Assert.That(report.BytesReceived, Is.LessThan(5_000_000));
            Assert.That(report.BytesShared, Is.GreaterThan(7_000_000));
        });
    }

    [Test]
    public async Task Fetch_FileThatRepeatsItself_AsksForEachChunkOnce()
    {
        byte[] content = new byte[20 << 20];
        BlobInfo added = await _seeder.AddAsync(_folder, content);
        FetchReport report = await _fetcher.FetchAsync(added.Root, [_seeder.Host]);
        Assert.That(File.ReadAllBytes(report.Path), Is.EqualTo(content));
        Assert.That(report.BytesReceived, Is.LessThan(2 << 20));
    }

    [Test]
    public async Task Fetch_FromSomebodyWhoIsStillFetching_TakesWhatIsThereAndTheRestLater()
    {
        byte[] content = TestBytes.Random(10_000_000);
        BlobInfo added = await _seeder.AddAsync(_folder, content);
        await using TestNode middle = await TestNode.StartAsync(_folder, "middle");
        await using PartialSeeder seeder = PartialSeeder.Begin(added, _seeder.Store, middle.Store);
        seeder.Copy(0, seeder.Leaves / 2);
        long available = seeder.BytesPresent;
        var reached = new TaskCompletionSource();
        var progress = new Watch(now =>
        {
            if (now.BytesDone == available)
            {
                reached.TrySetResult();
            }
        });
        Task<FetchReport> fetching = _fetcher.FetchAsync(added.Root, [middle.Host], progress);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
        seeder.Copy(seeder.Leaves / 2, seeder.Leaves);
        FetchReport report = await fetching;
        Assert.That(File.ReadAllBytes(report.Path), Is.EqualTo(content));
    }

    [Test]
    public async Task Fetch_WhatIsHereAlready_AnswersAtOnce()
    {
        BlobInfo added = await _fetcher.AddAsync(_folder, TestBytes.Random(1_000));
        FetchReport report = await _fetcher.FetchAsync(added.Root, []);
        Assert.That(report.Path, Is.EqualTo(added.Path));
        Assert.That(report.BytesReceived, Is.Zero);
    }

    [Test]
    public async Task Fetch_TwiceAtOnce_FetchesOnce()
    {
        BlobInfo added = await _seeder.AddAsync(_folder, TestBytes.Random(10_000_000));
        FetchReport[] reports = await Task.WhenAll(
            _fetcher.FetchAsync(added.Root, [_seeder.Host]), _fetcher.FetchAsync(added.Root, [_seeder.Host]));
        Assert.That(reports.Select(report => report.Path).Distinct().Count(), Is.EqualTo(1));
        Assert.That(reports.Count(report => report.BytesReceived > 0), Is.EqualTo(1));
    }

    [Test]
    public async Task Fetch_NobodyHasIt_SaysSo()
    {
        FetchFailedException failed = (await Assert.ThrowsAsync<FetchFailedException>(
            () => _fetcher.FetchAsync(Cid.OfRaw("x"u8), [])))!;
        Assert.That(failed.Error, Is.EqualTo(ContentError.NoProviders));
    }

    [Test]
    public async Task Fetch_EveryProviderFails_GivesTheReasonOfEach()
    {
        PeerId unreachable = NodeIdentity.Generate().Id;
        _fetcher.Host.Peers.AddAddresses(_seeder.Host.Id, _seeder.Host.ListenAddresses);
        FetchFailedException failed = (await Assert.ThrowsAsync<FetchFailedException>(() => _fetcher.Exchange
            .FetchAsync(Cid.OfRaw("x"u8), TestNode.Each([_seeder.Host.Id, unreachable]), null, default)
            .WaitAsync(TimeSpan.FromSeconds(60))))!;
        Assert.Multiple(() =>
        {
            Assert.That(failed.Error, Is.EqualTo(ContentError.AllProvidersFailed));
            Assert.That(failed.Peers, Has.Count.EqualTo(2));
            Assert.That(failed.Peers[0].Failure, Does.Contain("does not have this file"));
            Assert.That(failed.Message, Does.Contain(unreachable.ToShortString()));
        });
    }

    [Test]
    public async Task Fetch_SearchForProvidersFails_SaysWhy()
    {
        FetchFailedException failed = (await Assert.ThrowsAsync<FetchFailedException>(
            () => _fetcher.Exchange.FetchAsync(Cid.OfRaw("x"u8), Fail(), null, default)))!;
        Assert.That(failed.Message, Does.Contain("the network is down"));

        static async IAsyncEnumerable<PeerId> Fail()
        {
            await Task.Yield();
            throw new IOException("the network is down");
#pragma warning disable CS0162 // What makes this an iterator is never reached.
            yield break;
#pragma warning restore CS0162
        }
    }

    [Test]
    public async Task Fetch_CidOfAnotherHash_SaysWhichAreSupported()
    {
        Cid other = Cid.V1(Multicodec.Raw, Multihash.Of(0x1b, new byte[32]));
        ContentException refused = (await Assert.ThrowsAsync<ContentException>(() => _fetcher.FetchAsync(other, [])))!;
        Assert.That(refused.Error, Is.EqualTo(ContentError.UnsupportedCid));
        Assert.That(refused.Message, Does.Contain("SHA-256"));
    }

    [Test]
    public async Task Fetch_LargerThanTheDisk_SaysSoBeforeFetchingIt()
    {
        BlobInfo added = await _seeder.AddAsync(_folder, TestBytes.Random(5_000_000));
        await using TestNode small = await TestNode.StartAsync(
            _folder, "small", change: options => options with { FreeSpace = _ => 4_000_000 });
        ContentException refused = (await Assert.ThrowsAsync<ContentException>(
            () => small.FetchAsync(added.Root, [_seeder.Host])))!;
        Assert.That(refused.Error, Is.EqualTo(ContentError.NotEnoughSpace));
        Assert.That(refused.Message, Does.Contain("5,000,000").And.Contain("4,000,000"));
    }

    private async Task<ScriptedPeer> ServeAfterAsync(Task signal) => await ScriptedPeer.ServeAsync(async (hash, stream) =>
    {
        await signal;
        await SendFromSeederAsync(hash, stream);
        return true;
    });

    private async ValueTask SendFromSeederAsync(BlockHash hash, Libp2p.Hosting.PeerStream stream)
    {
        var buffer = new byte[DagLimits.MaxBlockSize];
        bool isLeaf = _seeder.Store.Catalog.TryFind(hash, out BlockPlace place) && !place.IsNode;
        _seeder.Store.TryRead(hash, buffer, out int length);
        await ScriptedPeer.SendBlockAsync(
            stream, hash.ToCid(isLeaf ? Multicodec.Raw : Multicodec.DagPb), buffer.AsSpan(0, length));
    }

    private sealed class Watch(Action<FetchProgress> action) : IProgress<FetchProgress>
    {
        public void Report(FetchProgress value) => action(value);
    }
}
