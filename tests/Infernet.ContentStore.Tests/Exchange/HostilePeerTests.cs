using System.IO.Pipelines;
using Google.Protobuf;
using Infernet.ContentStore.Dag;
using Infernet.ContentStore.Exchange;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Chunks;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;

namespace Infernet.ContentStore.Tests.Exchange;

/// <summary>What a provider may do to who fetches, and what who fetches may do to a provider.</summary>
[TestFixture]
internal sealed class HostilePeerTests
{
    private static readonly byte[] Content = TestBytes.Random(3_000_000);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TestFolder _folder = null!;
    private TestNode _node = null!;
    private TestNode _honest = null!;
    private Cid _root;

    [SetUp]
    public async Task StartNodes()
    {
        _folder = new TestFolder();
        _node = await TestNode.StartAsync(_folder, "node");
        _honest = await TestNode.StartAsync(_folder, "honest");
        _root = (await _honest.AddAsync(_folder, Content)).Root;
    }

    [TearDown]
    public async Task StopNodes()
    {
        await _node.DisposeAsync();
        await _honest.DisposeAsync();
        _folder.Dispose();
    }

    [Test]
    public async Task Fetch_WrongBlock_DropsAndNamesThePeer()
    {
        await using ScriptedPeer liar = await ScriptedPeer.ServeAsync(async (hash, stream) =>
        {
            await ScriptedPeer.SendBlockAsync(stream, hash.ToCid(Multicodec.DagPb), "not what was asked for"u8);
            return true;
        });
        await AssertDropped(liar, "wrong block", misbehaved: true);
    }

    [Test]
    public async Task Fetch_OneLiarAmongHonestPeers_StillSucceeds()
    {
        var lied = new TaskCompletionSource();
        await using ScriptedPeer liar = await ScriptedPeer.ServeAsync(async (hash, stream) =>
        {
            await ScriptedPeer.SendBlockAsync(stream, hash.ToCid(Multicodec.DagPb), "not what was asked for"u8);
            lied.TrySetResult();
            return true;
        });
        // The honest one is found only after the other has lied.
        _node.Host.Peers.AddAddresses(liar.Host.Id, liar.Host.ListenAddresses);
        _node.Host.Peers.AddAddresses(_honest.Host.Id, _honest.Host.ListenAddresses);
        FetchReport report = await _node.Exchange.FetchAsync(_root, Providers(), null, default).WaitAsync(Patience);
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllBytes(report.Path), Is.EqualTo(Content));
            Assert.That(report.Peers[0].Misbehaved);
            Assert.That(report.Peers[0].Peer, Is.EqualTo(liar.Host.Id));
            Assert.That(report.Peers[1].Failure, Is.Null);
        });

        async IAsyncEnumerable<Core.Identity.PeerId> Providers()
        {
            yield return liar.Host.Id;
            await lied.Task;
            yield return _honest.Host.Id;
        }
    }

    [Test]
    public async Task Fetch_MessageTooLarge_DropsThePeerBeforeReadingIt()
    {
        await using ScriptedPeer peer = await ScriptedPeer.StartAsync(async (_, stream) =>
        {
            Varint.Write(stream.Output, 1UL << 40);
            await stream.Output.FlushAsync();
            return true;
        });
        await AssertDropped(peer, "1099511627776 bytes", misbehaved: true);
    }

    [Test]
    public async Task Fetch_BlockNobodyAskedFor_DropsThePeer()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ServeAsync(async (_, stream) =>
        {
            await ScriptedPeer.SendBlockAsync(stream, Cid.OfRaw("gift"u8), "gift"u8);
            return true;
        });
        await AssertDropped(peer, "not asked for", misbehaved: true);
    }

    [Test]
    public async Task Fetch_HaveNobodyAskedFor_DropsThePeer()
    {
        await using ScriptedPeer peer = await ScriptedPeer.StartAsync(async (asked, stream) =>
        {
            for (int i = 0; i < 2 && asked.BodyCase == ChunkMessage.BodyOneofCase.HaveRequest; i++)
            {
                await ScriptedPeer.SayAllAsync(asked, stream);
            }

            return true;
        });
        await AssertDropped(peer, "without being asked", misbehaved: true);
    }

    [Test]
    public async Task Fetch_RequestInsteadOfAnswer_DropsThePeer()
    {
        await using ScriptedPeer peer = await ScriptedPeer.StartAsync(async (asked, stream) =>
        {
            await LengthPrefixed.WriteAsync(stream.Output, asked, default);
            return true;
        });
        await AssertDropped(peer, "it was to answer", misbehaved: true);
    }

    [Test]
    public async Task Fetch_BytesThatAreNoMessage_DropThePeer()
    {
        await using ScriptedPeer peer = await ScriptedPeer.StartAsync(async (_, stream) =>
        {
            await stream.Output.WriteAsync(new byte[] { 3, 0xff, 0xff, 0xff });
            return true;
        });
        await AssertDropped(peer, "broken", misbehaved: true);
    }

    [Test]
    public async Task Fetch_PeerThatSaysNothing_TimesOut()
    {
        await using ScriptedPeer peer = await ScriptedPeer.StartAsync((_, _) => ValueTask.FromResult(true));
        await AssertDropped(peer, "did not say what it has", misbehaved: false, await StartImpatientAsync());
    }

    [Test]
    public async Task Fetch_PeerThatOwesBlocks_TimesOut()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ServeAsync((_, _) => ValueTask.FromResult(true));
        await AssertDropped(peer, "sent nothing for 0.3 s", misbehaved: false, await StartImpatientAsync());
    }

    [Test]
    public async Task Fetch_BitmapOfAnotherLength_DropsThePeer()
    {
        await using ScriptedPeer peer = await ScriptedPeer.StartAsync(async (asked, stream) =>
        {
            if (asked.BodyCase == ChunkMessage.BodyOneofCase.HaveRequest)
            {
                var have = new Have
                {
                    Root = asked.HaveRequest.Root,
                    Extent = Have.Types.Extent.Part,
                    Leaves = ByteString.CopyFrom(new byte[1_000]),
                };
                await LengthPrefixed.WriteAsync(stream.Output, new ChunkMessage { Have = have }, default);
            }
            else
            {
                await SendNodeAsync(stream);
            }

            return true;
        });
        await AssertDropped(peer, "1000 bytes of bitmap", misbehaved: true);
    }

    // The node is the one that its CID names, so nobody lied; whoever made the CID did.
    [Test]
    public async Task Fetch_DagThatSaysWrongLeafSizes_FailsAsInvalid()
    {
        byte[] block = FileNode.Encode([new DagLink(BlockHash.Of("four"u8), IsLeaf: true, 5, 4)]);
        Cid root = Cid.OfDagPb(block);
        await using ScriptedPeer peer = await ScriptedPeer.ServeAsync(async (hash, stream) =>
        {
            bool isRoot = hash.Equals(BlockHash.Of(block));
            await ScriptedPeer.SendBlockAsync(
                stream, isRoot ? root : Cid.OfRaw("four"u8), isRoot ? block : "four"u8.ToArray());
            return true;
        });
        ContentException refused = (await Assert.ThrowsAsync<ContentException>(() => _node.FetchAsync(root, [peer.Host])))!;
        Assert.That(refused.Error, Is.EqualTo(ContentError.InvalidDag));
        Assert.That(refused.Message, Does.Contain("5 bytes").And.Contain("has 4"));
    }

    [Test]
    public async Task Fetch_DagThatIsADirectory_FailsAsInvalid()
    {
        // An empty UnixFS directory: PBNode with data {type: directory}.
        byte[] block = [0x0a, 0x02, 0x08, 0x01];
        Cid root = Cid.OfDagPb(block);
        await using ScriptedPeer peer = await ScriptedPeer.ServeAsync(async (_, stream) =>
        {
            await ScriptedPeer.SendBlockAsync(stream, root, block);
            return true;
        });
        ContentException refused = (await Assert.ThrowsAsync<ContentException>(() => _node.FetchAsync(root, [peer.Host])))!;
        Assert.That(refused.Error, Is.EqualTo(ContentError.InvalidDag));
        Assert.That(refused.Message, Does.Contain("only files"));
    }

    [Test]
    public async Task Fetch_EmptyFile_SaysSo()
    {
        Cid root = Cid.OfRaw([]);
        await using ScriptedPeer peer = await ScriptedPeer.ServeAsync(async (_, stream) =>
        {
            await ScriptedPeer.SendBlockAsync(stream, root, []);
            return true;
        });
        ContentException refused = (await Assert.ThrowsAsync<ContentException>(() => _node.FetchAsync(root, [peer.Host])))!;
        Assert.That(refused.Error, Is.EqualTo(ContentError.EmptyFile));
    }

    [Test]
    public async Task Serve_MoreWantsThanAllowed_ResetsTheStream()
    {
        await using PeerStream stream = await OpenAsync();
        var flood = new Want();
        flood.Cids.AddRange(Enumerable.Repeat(ByteString.CopyFrom(_root.ToBytes()), 20_000));
        await LengthPrefixed.WriteAsync(stream.Output, new ChunkMessage { Want = flood }, default);
        await AssertReset(stream);
    }

    [Test]
    public async Task Serve_BlockFromWhoAsks_ResetsTheStream()
    {
        await using PeerStream stream = await OpenAsync();
        await ScriptedPeer.SendBlockAsync(stream, Cid.OfRaw("x"u8), "x"u8);
        await AssertReset(stream);
    }

    [Test]
    public async Task Serve_WantOfNoCid_ResetsTheStream()
    {
        await using PeerStream stream = await OpenAsync();
        var want = new ChunkMessage { Want = new Want { Cids = { ByteString.CopyFromUtf8("nonsense") } } };
        await LengthPrefixed.WriteAsync(stream.Output, want, default);
        await AssertReset(stream);
    }

    [Test]
    public async Task Serve_BlockThatIsNotHere_SaysThatItIsMissing()
    {
        await using PeerStream stream = await OpenAsync();
        ByteString cid = ByteString.CopyFrom(Cid.OfRaw("nowhere"u8).ToBytes());
        await LengthPrefixed.WriteAsync(stream.Output, new ChunkMessage { Want = new Want { Cids = { cid } } }, default);
        ChunkMessage? answer = await LengthPrefixed.ReadAsync(stream.Input, ChunkMessage.Parser, 1_000, default)
            .AsTask().WaitAsync(Patience);
        Assert.That(answer!.Block, Is.EqualTo(new Block { Cid = cid, Missing = true }));
    }

    [Test]
    public async Task Serve_MoreStreamsThanAllowed_ResetsTheLast()
    {
        var streams = new List<PeerStream>();
        for (int i = 0; i < 4; i++)
        {
            streams.Add(await OpenAsync());
            await LengthPrefixed.WriteAsync(streams[i].Output, AskHave(), default);
            Assert.That(await LengthPrefixed.ReadAsync(streams[i].Input, ChunkMessage.Parser, 1_000, default), Is.Not.Null);
        }

        await using PeerStream last = await OpenAsync();
        await AssertReset(last);
        foreach (PeerStream stream in streams)
        {
            await stream.DisposeAsync();
        }
    }

    private ChunkMessage AskHave() =>
        new() { HaveRequest = new HaveRequest { Root = ByteString.CopyFrom(_root.ToBytes()) } };

    private async Task<PeerStream> OpenAsync()
    {
        _node.Host.Peers.AddAddresses(_honest.Host.Id, _honest.Host.ListenAddresses);
        return await _node.Host.OpenStreamAsync(_honest.Host.Id, ChunkExchange.Protocol, default);
    }

    private async ValueTask SendNodeAsync(PeerStream stream)
    {
        var buffer = new byte[DagLimits.MaxBlockSize];
        BlockHash.TryFrom(_root, out BlockHash hash);
        Assert.That(_honest.Store.TryRead(hash, buffer, out int length));
        await ScriptedPeer.SendBlockAsync(stream, _root, buffer.AsSpan(0, length));
    }

    private Task<TestNode> StartImpatientAsync() => TestNode.StartAsync(
        _folder, "impatient", new ExchangeOptions { StallTimeout = TimeSpan.FromMilliseconds(300) });

    private async Task AssertDropped(ScriptedPeer peer, string reason, bool misbehaved, TestNode? other = null)
    {
        await using TestNode? owned = other;
        FetchFailedException failed = (await Assert.ThrowsAsync<FetchFailedException>(
            () => (other ?? _node).FetchAsync(_root, [peer.Host])))!;
        PeerOutcome outcome = failed.Peers.Single();
        Assert.Multiple(() =>
        {
            Assert.That(outcome.Peer, Is.EqualTo(peer.Host.Id));
            Assert.That(outcome.Failure, Does.Contain(reason));
            Assert.That(outcome.Misbehaved, Is.EqualTo(misbehaved));
            Assert.That(failed.Message, Does.Contain(peer.Host.Id.ToShortString()));
        });
    }

    private static async Task AssertReset(PeerStream stream) => await Assert.ThrowsAsync<StreamResetException>(async () =>
    {
        while (true)
        {
            ReadResult read = await stream.Input.ReadAsync().AsTask().WaitAsync(Patience);
            if (read.IsCompleted)
            {
                break;
            }

            stream.Input.AdvanceTo(read.Buffer.End);
        }
    });
}
