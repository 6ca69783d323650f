using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.GossipSub.Signing;
using Infernet.Libp2p.GossipSub.Wire;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Tests.Support;

namespace Infernet.Libp2p.Tests.GossipSub;

/// <summary>What a peer can do on its streams that the router never sees, or sees the consequence of.</summary>
internal sealed class HostilePeerTests
{
    private const string Topic = "topic";
    private const string Protocol = "/meshsub/1.1.0";

    private static readonly byte[] Subscription =
        RpcWriter.Write(new Rpc { Subscriptions = [new SubscriptionChange(Topic, true)] }).ToFrame();

    [Test]
    public async Task Rpc_OverTheSize_ResetsTheStreamUnread()
    {
        byte[] prefix = new byte[10];
        int length = Varint.Write(prefix, (1 << 20) + 1);

        await ExpectResetAsync(prefix[..length]);
    }

    [Test]
    public async Task Rpc_OfRubbish_ResetsTheStream() => await ExpectResetAsync([3, 0xff, 0xff, 0xff]);

    [Test]
    public async Task Rpc_OverALimit_ResetsTheStream() => await ExpectResetAsync(
        RpcWriter.Write(new Rpc { Graft = [.. Enumerable.Repeat("t", 2_000)] }).ToFrame());

    [Test]
    public async Task Message_Forged_IsBlamed()
    {
        await using GossipNode node = await GossipNode.StartAsync();
        await using Libp2pHost hostile = await StartHostileAsync((_, _) => Task.CompletedTask);
        node.Subscribe(Topic);
        PeerStream stream = await OpenAsync(hostile, node);
        WireMessage forged = StrictSign.Sign(NodeIdentity.Generate(), Topic, 1, "true"u8) with { Data = [1] };
        await stream.Output.WriteAsync(RpcWriter.Write(new Rpc { Messages = [forged] }).ToFrame());

        await TestHosts.EventuallyAsync(() => Task.FromResult(node.Service.ScoreOf(hostile.Id) < 0));
        Assert.That(node.HasReceived, Is.False);
    }

    [Test]
    public async Task Stream_Second_ReplacesTheFirst()
    {
        await using GossipNode node = await GossipNode.StartAsync();
        await using Libp2pHost hostile = await StartHostileAsync((_, _) => Task.CompletedTask);
        PeerStream first = await OpenAsync(hostile, node);
        await first.Output.WriteAsync(Subscription);
        await node.AwaitSubscriberAsync(Topic, hostile.Id);
        PeerStream second = await OpenAsync(hostile, node);
        await second.Output.WriteAsync(Subscription);

        Assert.That(
            async () => await first.Input.ReadAsync().AsTask().WaitAsync(TestHosts.Patience),
            Throws.TypeOf<StreamResetException>());
    }

    [Test]
    public async Task Peer_ThatNeverReads_HoldsNobodyUp()
    {
        await using GossipNode node = await GossipNode.StartAsync();
        await using GossipNode honest = await GossipNode.StartAsync();
        await using Libp2pHost silent = await StartHostileAsync(
            (_, stopping) => Task.Delay(Timeout.InfiniteTimeSpan, stopping));
        node.Subscribe(Topic);
        honest.Subscribe(Topic);
        PeerStream stream = await OpenAsync(silent, node);
        await stream.Output.WriteAsync(Subscription);
        await honest.ConnectAsync(node);
        await node.AwaitSubscriberAsync(Topic, silent.Id);
        await node.AwaitSubscriberAsync(Topic, honest.Id);

        // Twenty megabytes are more than windows and queues hold.
        for (int i = 0; i < 40; i++)
        {
            await node.PublishAsync(Topic, new byte[500_000]);
            await honest.ReceiveAsync();
        }
    }

    [Test]
    public async Task Peer_ThatRefusesTheStream_IsTriedAgainLater()
    {
        int opened = 0;
        var again = new TaskCompletionSource();
        await using GossipNode node = await GossipNode.StartAsync();
        await using Libp2pHost moody = await StartHostileAsync((stream, _) =>
        {
            if (++opened == 2)
            {
                again.TrySetResult();
            }

            stream.Reset();
            return Task.CompletedTask;
        });
        node.Subscribe(Topic);
        await OpenAsync(moody, node);

        await again.Task.WaitAsync(TestHosts.Patience);
    }

    [Test]
    public async Task Connection_WithoutMesh_MakesRoomWhenAllAreInUse()
    {
        await using GossipNode full = await GossipNode.StartAsync(changeHost: OneConnection);
        await using GossipNode first = await GossipNode.StartAsync();
        await using GossipNode second = await GossipNode.StartAsync();
        first.Subscribe(Topic);
        await first.ConnectAsync(full);
        await full.AwaitSubscriberAsync(Topic, first.Id);

        await TestHosts.EventuallyAsync(() => IsConnectedAsync(second, full));
    }

    [Test]
    public async Task Connection_OfAMeshPeer_IsKeptWhenAllAreInUse()
    {
        await using GossipNode full = await GossipNode.StartAsync(changeHost: OneConnection);
        await using GossipNode first = await GossipNode.StartAsync();
        await using GossipNode second = await GossipNode.StartAsync();
        full.Subscribe(Topic);
        first.Subscribe(Topic);
        await first.ConnectAsync(full);
        await TestHosts.EventuallyAsync(() => Task.FromResult(full.Service.MeshOf(Topic).Contains(first.Id)));
        for (int i = 0; i < 20; i++)
        {
            await IsConnectedAsync(second, full);
        }

        Assert.That(full.Host.ConnectedPeers, Is.EqualTo(new[] { first.Id }));
    }

    // The hub's mesh is full: it names the member to the newcomer, which trusts it enough to dial.
    [Test]
    public async Task Prune_WithPeers_BringsTheNewcomerToThem()
    {
        await using GossipNode hub = await GossipNode.StartAsync(o => o with
        {
            MeshSize = 1, MeshLow = 1, MeshHigh = 1, MeshByScore = 1, MeshOutbound = 0,
        });
        await using GossipNode member = await GossipNode.StartAsync();
        await using GossipNode newcomer = await GossipNode.StartAsync(o => o with
        {
            Score = o.Score with { AppSpecific = peer => peer == hub.Id ? 20 : 0 },
        });
        foreach (GossipNode node in (GossipNode[])[hub, member, newcomer])
        {
            node.Subscribe(Topic);
        }

        await member.ConnectAsync(hub);
        await TestHosts.EventuallyAsync(() => Task.FromResult(hub.Service.MeshOf(Topic).Contains(member.Id)));
        await newcomer.ConnectAsync(hub);

        await newcomer.AwaitSubscriberAsync(Topic, member.Id);
        Assert.That(newcomer.Host.ConnectedPeers, Does.Contain(member.Id));
    }

    private static HostOptions OneConnection(HostOptions options) =>
        options with { MaxConnections = 1, IdleBeforePruned = TimeSpan.Zero };

    private static async Task<bool> IsConnectedAsync(GossipNode from, GossipNode to)
    {
        try
        {
            await from.ConnectAsync(to);
            await from.Host.PingAsync(to.Id, CancellationToken.None).WaitAsync(TestHosts.Patience);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task ExpectResetAsync(byte[] bytes)
    {
        await using GossipNode node = await GossipNode.StartAsync();
        await using Libp2pHost hostile = await StartHostileAsync((_, _) => Task.CompletedTask);
        PeerStream stream = await OpenAsync(hostile, node);
        await stream.Output.WriteAsync(bytes);

        Assert.That(
            async () => await stream.Input.ReadAsync().AsTask().WaitAsync(TestHosts.Patience),
            Throws.TypeOf<StreamResetException>());
        Assert.That(node.Service.ScoreOf(hostile.Id), Is.Negative);
    }

    // A host that says it speaks GossipSub, and does with our streams what a test wants.
    private static async Task<Libp2pHost> StartHostileAsync(StreamHandler serve)
    {
        Libp2pHost host = await TestHosts.StartAsync();
        host.Handle(Protocol, serve);
        return host;
    }

    private static async Task<PeerStream> OpenAsync(Libp2pHost hostile, GossipNode node)
    {
        await hostile.ConnectAsync(TestHosts.AddressOf(node.Host), CancellationToken.None);
        return await hostile.OpenStreamAsync(node.Id, Protocol, CancellationToken.None);
    }
}
