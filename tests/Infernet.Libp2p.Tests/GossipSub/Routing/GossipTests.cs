using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.Tests.GossipSub.Routing;

/// <summary>IHAVE and IWANT.</summary>
internal sealed class GossipTests
{
    [Test]
    public void IHave_OfATopicNotSubscribedTo_IsIgnored()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Receive(peer, new Rpc { IHave = [new IHave("another", [RouterHarness.Unheard()])] });

        Assert.That(node.TakeAsked(peer), Is.Empty);
    }

    [Test]
    public void IHave_BelowTheGossipThreshold_IsIgnored()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Spoil(peer, 2);
        node.IHave(peer, RouterHarness.Unheard());

        Assert.That(node.TakeAsked(peer), Is.Empty);
    }

    [Test]
    public void IHave_OfSeenMessages_AsksForTheOthersAlone()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        MessageId seen = node.Deliver(node.AddPeer());
        MessageId unheard = RouterHarness.Unheard();
        node.IHave(peer, seen, unheard, unheard);

        Assert.That(node.TakeAsked(peer), Is.EqualTo(new[] { unheard }));
    }

    [Test]
    public void IHaveFlood_IsAnsweredTenTimesAHeartbeat()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        for (int i = 0; i < 50; i++)
        {
            node.IHave(peer, RouterHarness.Unheard());
        }

        Assert.That(node.TakeAsked(peer), Has.Count.EqualTo(10));
        node.Beat();
        node.IHave(peer, RouterHarness.Unheard());
        Assert.That(node.TakeAsked(peer), Has.Count.EqualTo(1));
    }

    [Test]
    public void IHaveFlood_InOneRpc_IsCountedAlike()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Receive(peer, new Rpc
        {
            IHave = [.. Enumerable.Range(0, 50).Select(_ => new IHave(RouterHarness.Topic, [RouterHarness.Unheard()]))],
        });

        Assert.That(node.TakeAsked(peer), Has.Count.EqualTo(10));
    }

    [Test]
    public void IHave_OfTooManyMessages_IsCut()
    {
        var node = new RouterHarness(o => o with { Limits = o.Limits with { MaxIdsAskedPerHeartbeat = 20 } });
        PeerId peer = node.AddPeer();
        node.IHave(peer, [.. Enumerable.Range(0, 15).Select(_ => RouterHarness.Unheard())]);
        node.IHave(peer, [.. Enumerable.Range(0, 15).Select(_ => RouterHarness.Unheard())]);

        Assert.That(node.TakeAsked(peer), Has.Count.EqualTo(20));
    }

    [Test]
    public void Promise_Broken_IsPenalised()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.IHave(peer, RouterHarness.Unheard(), RouterHarness.Unheard());
        node.Beat(2);
        Assert.That(node.Score(peer), Is.Not.Negative);

        node.Beat(2);
        Assert.That(node.Score(peer), Is.Negative);
        Assert.That(node.Router.Size().Promises, Is.Zero);
    }

    [Test]
    public void Promise_KeptByAnotherPeer_IsKept()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        WireMessage message = node.Sign();
        node.IHave(peer, RouterHarness.IdOf(message));
        node.Deliver(node.AddPeer(), message);
        node.Beat(5);

        Assert.That(node.Score(peer), Is.Not.Negative);
    }

    [Test]
    public void Promise_AnsweredByAForgery_IsBroken()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        PeerId forger = node.AddPeer();
        WireMessage message = node.Sign();
        node.IHave(peer, RouterHarness.IdOf(message));
        node.Deliver(forger, message with { Data = [1] });
        node.Beat(4);

        Assert.That(node.Score(peer), Is.Negative);
    }

    [Test]
    public void Promises_BeyondTheLimit_AreNotWatched()
    {
        var node = new RouterHarness(o => o with { Limits = o.Limits with { MaxPromises = 5 } });
        foreach (PeerId peer in node.AddPeers(20))
        {
            node.IHave(peer, RouterHarness.Unheard());
        }

        Assert.That(node.Router.Size().Promises, Is.EqualTo(5));
    }

    [Test]
    public void IWant_OfWhatIsNotThere_IsNotAnswered()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.ForgetSent();
        node.IWant(peer, RouterHarness.Unheard());

        Assert.That(node.TakeSent(peer), Is.Empty);
    }

    [Test]
    public void IWant_BelowTheGossipThreshold_IsNotAnswered()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        MessageId id = node.Publish();
        node.Spoil(peer, 2);
        node.ForgetSent();
        node.IWant(peer, id);

        Assert.That(node.TakeSent(peer), Is.Empty);
    }

    [Test]
    public void IWantFlood_GetsAMessageThreeTimes()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        MessageId id = node.Publish();
        node.ForgetSent();
        for (int i = 0; i < 10; i++)
        {
            node.IWant(peer, id, id);
        }

        Assert.That(node.TakeSent(peer), Has.Count.EqualTo(3));
    }

    [Test]
    public void IWantFlood_OfManyMessages_IsServedUpToTheLimit()
    {
        var node = new RouterHarness(o => o with { Limits = o.Limits with { MaxIdsServedPerHeartbeat = 10 } });
        PeerId peer = node.AddPeer();
        MessageId[] ids = [.. Enumerable.Range(0, 30).Select(_ => node.Publish())];
        node.ForgetSent();
        node.IWant(peer, ids[..15]);
        node.IWant(peer, ids[15..]);

        Assert.That(node.TakeSent(peer), Has.Count.EqualTo(10));
        node.Beat();
        node.IWant(peer, ids[15..]);
        Assert.That(node.TakeSent(peer).SelectMany(r => r.Messages), Is.Not.Empty);
    }

    [Test]
    public void Heartbeat_GossipsToPeersOutsideTheMesh()
    {
        var node = new RouterHarness(o => o with { FloodPublish = false });
        PeerId[] peers = node.AddPeers(60);
        MessageId id = node.Publish();
        node.ForgetSent();
        node.Beat();

        IReadOnlyList<PeerId> told = node.ToldOf(id);
        int outside = peers.Length - node.Mesh.Count;
        Assert.That(told, Has.Count.EqualTo(outside / 4));
        Assert.That(told.Intersect(node.Mesh), Is.Empty);
    }

    [Test]
    public void Heartbeat_DoesNotGossipBelowTheThreshold()
    {
        var node = new RouterHarness(o => o with { GossipFactor = 1 });
        PeerId[] peers = node.AddPeers(10);
        PeerId bad = peers.First(p => !node.Mesh.Contains(p));
        MessageId id = node.Publish();
        node.Spoil(bad, 2);
        node.ForgetSent();
        node.Beat();

        Assert.That(node.ToldOf(id), Is.Not.Empty.And.None.EqualTo(bad));
    }

    [Test]
    public void Message_IsGossipedForThreeHeartbeatsAndCachedForFive()
    {
        var node = new RouterHarness(o => o with { GossipFactor = 1 });
        PeerId peer = node.AddPeers(10).First(p => !node.Mesh.Contains(p));
        MessageId id = node.Publish();
        node.Beat(3);
        Assert.That(node.ToldOf(id).Count(p => p == peer), Is.EqualTo(3));

        node.ForgetSent();
        node.Beat();
        Assert.That(node.ToldOf(id), Is.Empty);
        node.IWant(peer, id);
        Assert.That(node.TakeSent(peer), Has.Count.EqualTo(1));

        node.Beat();
        node.IWant(peer, id);
        Assert.That(node.TakeSent(peer), Is.Empty);
    }

    [Test]
    public void Cache_BeyondItsBytes_ForgetsTheOldest()
    {
        var node = new RouterHarness(o => o with { Limits = o.Limits with { MaxCachedBytes = 1_000 } });
        PeerId peer = node.AddPeer();
        MessageId first = node.Publish();
        MessageId last = first;
        for (int i = 0; i < 100; i++)
        {
            last = node.Publish();
        }

        node.ForgetSent();
        node.IWant(peer, first);
        Assert.That(node.TakeSent(peer), Is.Empty);
        node.IWant(peer, last);
        Assert.That(node.TakeSent(peer), Has.Count.EqualTo(1));
        Assert.That(node.Router.Size().CachedBytes, Is.LessThanOrEqualTo(1_000));
    }
}
