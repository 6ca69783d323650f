using Google.Protobuf;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Kad;
using Infernet.Dht.Protocol;
using Infernet.Dht.Tests.Records;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;
using static Infernet.Core.Schemas.Kad.Message.Types;

namespace Infernet.Dht.Tests.Network;

/// <summary>What a peer may send, on streams that it opens and in answer to requests.</summary>
[CancelAfter(60_000)]
internal sealed class HostilePeerTests
{
    private static readonly byte[] Key = "/test/a"u8.ToArray();
    private static readonly string Protocol = new DhtOptions().Protocol;

    [Test]
    public async Task Request_LargerThanAllowed_ResetsTheStream(CancellationToken cancellationToken)
    {
        byte[] head = new byte[5];
        int length = Varint.Write(head, 70_000);
        await AssertResetAsync(head[..length], cancellationToken);
    }

    [Test]
    public async Task Request_NoMessage_ResetsTheStream(CancellationToken cancellationToken) =>
        await AssertResetAsync([4, 0xff, 0xff, 0xff, 0xff], cancellationToken);

    [Test]
    public async Task Request_LengthNotInShortestForm_ResetsTheStream(CancellationToken cancellationToken) =>
        await AssertResetAsync([0x84, 0x00, 1, 2, 3, 4], cancellationToken);

    [Test]
    public async Task Request_ProvidingForSomebodyElse_ResetsTheStream(CancellationToken cancellationToken)
    {
        Message add = Requests.AddProvider(
            Multihash.Sha256("x"u8).Bytes.Span, TestPeers.At(7).Id, [Multiaddr.Parse("/ip4/192.0.2.1/tcp/1")]);
        byte[] bytes = add.ToByteArray();
        await AssertResetAsync([(byte)bytes.Length, .. bytes], cancellationToken);
    }

    [Test]
    public async Task Requests_SeveralOnOneStream_AreAllServed(CancellationToken cancellationToken)
    {
        await using LoopbackNode node = await LoopbackNode.StartAsync(LoopbackSwarm.Options);
        await using LoopbackNode outsider = await LoopbackNode.StartBareAsync();
        await outsider.Host.ConnectAsync(node.Address, cancellationToken);
        await using PeerStream stream = await outsider.Host.OpenStreamAsync(node.Host.Id, Protocol, cancellationToken);
        for (int i = 0; i < 5; i++)
        {
            await LengthPrefixed.WriteAsync(stream.Output, Requests.FindNode([1]), cancellationToken);
            Message? answer = await LengthPrefixed.ReadAsync(
                stream.Input, Message.Parser, 1 << 16, cancellationToken);
            Assert.That(answer!.Type, Is.EqualTo(MessageType.FindNode));
        }
    }

    [Test]
    public async Task Streams_MoreThanOnePeerMayHave_AreReset(CancellationToken cancellationToken)
    {
        await using LoopbackNode node = await LoopbackNode.StartAsync(
            LoopbackSwarm.Options with { Messages = new MessageLimits { MaxServedStreamsPerPeer = 2 } });
        await using LoopbackNode outsider = await LoopbackNode.StartBareAsync();
        await outsider.Host.ConnectAsync(node.Address, cancellationToken);
        var streams = new List<PeerStream>();
        for (int i = 0; i < 2; i++)
        {
            streams.Add(await outsider.Host.OpenStreamAsync(node.Host.Id, Protocol, cancellationToken));
            Assert.That(await AskAsync(streams[i]), Is.Not.Null);
        }

        await using PeerStream tooMany = await outsider.Host.OpenStreamAsync(node.Host.Id, Protocol, cancellationToken);
        Assert.That(async () => await AskAsync(tooMany), Throws.InstanceOf<IOException>());
        foreach (PeerStream stream in streams)
        {
            Assert.That(await AskAsync(stream), Is.Not.Null, "the others go on");
            await stream.DisposeAsync();
        }

        async Task<Message?> AskAsync(PeerStream stream)
        {
            await LengthPrefixed.WriteAsync(stream.Output, Requests.FindNode([1]), cancellationToken);
            return await LengthPrefixed.ReadAsync(stream.Input, Message.Parser, 1 << 16, cancellationToken);
        }
    }

    [Test]
    public async Task Answer_OfAnotherType_CountsAsFailure(CancellationToken cancellationToken) =>
        await AssertUselessAsync(_ => new Message { Type = MessageType.Ping }, cancellationToken);

    [Test]
    public async Task Answer_ValueThatIsNotGood_IsIgnored(CancellationToken cancellationToken) =>
        await AssertUselessAsync(
            request => request.Type == MessageType.GetValue ? With(request, Key, "rubbish"u8) : Plain(request),
            cancellationToken);

    [Test]
    public async Task Answer_ValueUnderAnotherKey_IsIgnored(CancellationToken cancellationToken) =>
        await AssertUselessAsync(
            request => request.Type == MessageType.GetValue
                ? With(request, "/test/b"u8, TestValidator.Value(9))
                : Plain(request),
            cancellationToken);

    [Test]
    public async Task Answer_ThousandsOfPeers_AreNotAllFollowed(CancellationToken cancellationToken)
    {
        var random = new Random(4);
        var flood = new Message { Type = MessageType.FindNode };
        for (int i = 0; i < 1_200; i++)
        {
            flood.CloserPeers.Add(new Peer { Id = TestPeers.Random(random).Id.ToByteString() });
        }

        await using LoopbackNode node = await LoopbackNode.StartAsync(LoopbackSwarm.Options);
        await using LoopbackNode liar = await LiarAsync(request => request.Type == MessageType.FindNode ? flood : Plain(request));
        await node.Dht.BootstrapAsync([liar.Address], cancellationToken);
        long before = node.Dht.Statistics.RequestsSent;
        await node.Dht.FindClosestAsync(new byte[] { 9 }, cancellationToken);
        Assert.That(node.Dht.Statistics.RequestsSent - before, Is.LessThanOrEqualTo(21));
    }

    [Test]
    public async Task Answer_PeersWithoutEnd_EndsTheLookup(CancellationToken cancellationToken)
    {
        var random = new Random(5);
        await using LoopbackNode liar = await LiarAsync(request =>
        {
            var answer = new Message { Type = request.Type };
            for (int i = 0; i < 20; i++)
            {
                answer.CloserPeers.Add(PeerCodec.Encode(
                    TestPeers.Random(random).Id, [Multiaddr.Parse("/ip4/127.0.0.1/tcp/1")]));
            }

            return answer;
        });
        await using LoopbackNode node = await LoopbackNode.StartAsync(LoopbackSwarm.Options);
        Assert.That(await node.Dht.BootstrapAsync([liar.Address], cancellationToken), Is.EqualTo(1));
        IReadOnlyList<PeerInfo> closest = await node.Dht.FindClosestAsync(new byte[] { 9 }, cancellationToken);
        Assert.That(closest.Select(p => p.Id), Is.EqualTo(new[] { liar.Host.Id }));
    }

    [Test]
    public async Task Answer_AnyBytes_NeverBreaksALookup(CancellationToken cancellationToken)
    {
        const int Seed = 11;
        var random = new Random(Seed);
        await using LoopbackNode node = await LoopbackNode.StartAsync(LoopbackSwarm.Options);
        await using LoopbackNode honest = await LoopbackNode.StartAsync(LoopbackSwarm.Options);
        await using LoopbackNode liar = await LoopbackNode.StartBareAsync();
        liar.Host.Handle(Protocol, async (stream, cancel) =>
        {
            await LengthPrefixed.ReadAsync(stream.Input, Message.Parser, 1 << 16, cancel);
            byte[] bytes = new byte[random.Next(1, 60)];
            random.NextBytes(bytes);
            await stream.Output.WriteAsync(bytes, cancel);
        });
        await node.Dht.BootstrapAsync([honest.Address, liar.Address], cancellationToken);
        await honest.Dht.PutValueAsync(Key, TestValidator.Value(1), cancellationToken);
        for (int i = 0; i < 40; i++)
        {
            await node.Dht.BootstrapAsync([liar.Address], cancellationToken);
            Assert.That(
                await node.Dht.GetValueAsync(Key, cancellationToken), Is.EqualTo(TestValidator.Value(1)), $"seed {Seed}");
        }
    }

    [Test]
    public async Task Answer_Never_TimesOut(CancellationToken cancellationToken)
    {
        DhtOptions hasty = LoopbackSwarm.Options with { RequestTimeout = TimeSpan.FromMilliseconds(200) };
        await using LoopbackNode node = await LoopbackNode.StartAsync(hasty);
        await using LoopbackNode silent = await LoopbackNode.StartBareAsync();
        silent.Host.Handle(Protocol, static async (stream, cancel) =>
        {
            while (await LengthPrefixed.ReadAsync(stream.Input, Message.Parser, 1 << 16, cancel) is not null)
            {
            }
        });
        Assert.That(await node.Dht.BootstrapAsync([silent.Address], cancellationToken), Is.Zero);
        Assert.That(node.Dht.Statistics.RequestsFailed, Is.Positive);
        Assert.That(node.Dht.Statistics.RoutingTableSize, Is.Zero);
    }

    private static async Task AssertResetAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        await using LoopbackNode node = await LoopbackNode.StartAsync(LoopbackSwarm.Options);
        await using LoopbackNode outsider = await LoopbackNode.StartBareAsync();
        await outsider.Host.ConnectAsync(node.Address, cancellationToken);
        await using PeerStream stream = await outsider.Host.OpenStreamAsync(node.Host.Id, Protocol, cancellationToken);
        await stream.Output.WriteAsync(bytes, cancellationToken);
        Assert.That(
            async () => await LengthPrefixed.ReadAsync(stream.Input, Message.Parser, 1 << 16, cancellationToken),
            Throws.TypeOf<StreamResetException>());
        Assert.That(node.Dht.Statistics.RequestsRefused, Is.EqualTo(1));
    }

    /// <summary>Beside an honest node, a liar's answers change nothing.</summary>
    private static async Task AssertUselessAsync(Func<Message, Message> answer, CancellationToken cancellationToken)
    {
        await using LoopbackNode node = await LoopbackNode.StartAsync(LoopbackSwarm.Options);
        await using LoopbackNode honest = await LoopbackNode.StartAsync(LoopbackSwarm.Options);
        await using LoopbackNode liar = await LiarAsync(answer);
        await node.Dht.BootstrapAsync([honest.Address, liar.Address], cancellationToken);
        Assert.That(await node.Dht.GetValueAsync(Key, cancellationToken), Is.Null);
        await honest.Dht.PutValueAsync(Key, TestValidator.Value(1), cancellationToken);
        Assert.That(await node.Dht.GetValueAsync(Key, cancellationToken), Is.EqualTo(TestValidator.Value(1)));
    }

    private static async Task<LoopbackNode> LiarAsync(Func<Message, Message> answer)
    {
        LoopbackNode liar = await LoopbackNode.StartBareAsync();
        liar.Host.Handle(Protocol, async (stream, cancel) =>
        {
            while (await LengthPrefixed.ReadAsync(stream.Input, Message.Parser, 1 << 16, cancel) is { } request)
            {
                Message made;
                lock (liar)
                {
                    made = answer(request);
                }

                await LengthPrefixed.WriteAsync(stream.Output, made, cancel);
            }
        });
        return liar;
    }

    private static Message Plain(Message request) => new() { Type = request.Type, Key = request.Key };

    private static Message With(Message request, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Message answer = Plain(request);
        answer.Record = new Record { Key = ByteString.CopyFrom(key), Value = ByteString.CopyFrom(value) };
        return answer;
    }
}
