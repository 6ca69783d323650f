using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.GossipSub.Streams;
using Infernet.Libp2p.GossipSub.Wire;
using Infernet.Libp2p.Tests.Support;

namespace Infernet.Libp2p.Tests.GossipSub.Streams;

internal sealed class PeerOutboxTests
{
    private static readonly GossipSubLimits Few = new() { MaxOutboundRpcsPerPeer = 4 };

    [Test]
    public void Gossip_WhenFull_MakesRoomForEverythingElse()
    {
        var outbox = new PeerOutbox(Few);
        Fill(outbox, RpcPriority.Gossip, 4);
        Assert.That(outbox.TryAdd(Make(RpcPriority.Message)), Is.True);
        Assert.That(outbox.TryAdd(Make(RpcPriority.Control)), Is.True);

        Assert.That(Drain(outbox), Is.EqualTo(new[]
        {
            RpcPriority.Control, RpcPriority.Message, RpcPriority.Gossip, RpcPriority.Gossip,
        }));
        Assert.That(outbox.Dropped, Is.EqualTo(2));
    }

    [Test]
    public void Message_WhenFullOfMessages_IsDropped()
    {
        var outbox = new PeerOutbox(Few);
        Fill(outbox, RpcPriority.Message, 4);
        Assert.That(outbox.TryAdd(Make(RpcPriority.Message)), Is.True, "that is no reason to give the peer up");

        Assert.That(Drain(outbox), Has.Count.EqualTo(4));
        Assert.That(outbox.Dropped, Is.EqualTo(1));
    }

    [Test]
    public void Control_WhenFullOfMessages_TakesTheirPlace()
    {
        var outbox = new PeerOutbox(Few);
        Fill(outbox, RpcPriority.Message, 4);

        Assert.That(outbox.TryAdd(Make(RpcPriority.Control)), Is.True);
        Assert.That(Drain(outbox), Has.Count.EqualTo(4).And.Contains(RpcPriority.Control));
    }

    [Test]
    public void Control_WhenFullOfControl_GivesThePeerUp()
    {
        var outbox = new PeerOutbox(Few);
        Fill(outbox, RpcPriority.Control, 4);

        Assert.That(outbox.TryAdd(Make(RpcPriority.Control)), Is.False);
    }

    [Test]
    public void Bytes_BeyondTheLimit_AreDropped()
    {
        OutboundRpc rpc = Make(RpcPriority.Message);
        var outbox = new PeerOutbox(new GossipSubLimits { MaxOutboundBytesPerPeer = 3 * rpc.Frame.Length });
        Fill(outbox, RpcPriority.Message, 10);

        Assert.That(Drain(outbox), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Wait_EndsWithAnRpcAndWithCompletion()
    {
        var outbox = new PeerOutbox(Few);
        ValueTask<bool> waiting = outbox.WaitAsync(CancellationToken.None);
        Assert.That(waiting.IsCompleted, Is.False);
        outbox.TryAdd(Make(RpcPriority.Gossip));
        Assert.That(await waiting.AsTask().WaitAsync(TestHosts.Patience), Is.True);

        outbox.Complete();
        Assert.That(await outbox.WaitAsync(CancellationToken.None).AsTask().WaitAsync(TestHosts.Patience), Is.False);
        Assert.That(Drain(outbox), Has.Count.EqualTo(1));
    }

    private static OutboundRpc Make(RpcPriority priority) => new(new Rpc { Graft = ["topic"] }, priority);

    private static void Fill(PeerOutbox outbox, RpcPriority priority, int count)
    {
        for (int i = 0; i < count; i++)
        {
            outbox.TryAdd(Make(priority));
        }
    }

    private static List<RpcPriority> Drain(PeerOutbox outbox)
    {
        var taken = new List<RpcPriority>();
        while (outbox.TryTake(out OutboundRpc rpc))
        {
            taken.Add(rpc.Priority);
        }

        return taken;
    }
}
