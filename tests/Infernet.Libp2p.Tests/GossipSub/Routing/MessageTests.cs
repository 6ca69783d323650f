using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.Tests.GossipSub.Routing;

/// <summary>The way of a message through the router.</summary>
internal sealed class MessageTests
{
    [Test]
    public void Message_OfATopicNotSubscribedTo_IsIgnored()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Deliver(peer, node.Sign(topic: "another"));

        Assert.That(node.Router.Size().Seen, Is.Zero);
        Assert.That(node.Score(peer), Is.Zero);
    }

    [Test]
    public void Message_Unsigned_IsRefusedAndBlamed()
    {
        var node = new RouterHarness();
        node.AddPeers(3);
        PeerId peer = node.AddPeer();
        node.Deliver(peer, node.Sign() with { Signature = null });

        Assert.That(node.Router.Size().Seen, Is.Zero);
        Assert.That(node.Score(peer), Is.EqualTo(-10));
    }

    // Else a forger could keep a message out by sending something else under its id.
    [Test]
    public void Message_Forged_IsBlamedAndDoesNotCountAsSeen()
    {
        var node = new RouterHarness();
        PeerId[] others = node.AddPeers(3);
        PeerId forger = node.AddPeer();
        WireMessage message = node.Sign();
        node.Deliver(forger, message with { Data = [1] });
        Assert.That(node.Score(forger), Is.EqualTo(-10));
        Assert.That(node.ReceiversOf(RouterHarness.IdOf(message)), Is.Empty);

        MessageId id = node.Deliver(others[0], message);
        Assert.That(node.ReceiversOf(id), Is.EquivalentTo(new[] { others[1], others[2], forger }));
    }

    [Test]
    public void Message_OfThisNodeComingBack_IsIgnored()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Deliver(peer, node.Sign(node.Self));

        Assert.That(node.Router.Size().Seen, Is.Zero);
        Assert.That(node.Score(peer), Is.Zero);
    }

    [Test]
    public void Message_OfAGraylistedPeer_IsIgnored()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Spoil(peer, 3);
        node.Deliver(peer);

        Assert.That(node.Router.Size().Seen, Is.Zero);
    }

    [Test]
    public void Message_OfAGraylistedDirectPeer_IsTaken()
    {
        PeerId direct = NodeIdentity.Generate().Id;
        var node = new RouterHarness(o => o with
        {
            DirectPeers = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/1").WithPeer(direct)],
        });
        node.AddPeer(id: direct);
        node.Spoil(direct, 3);
        node.Deliver(direct);

        Assert.That(node.Router.Size().Seen, Is.EqualTo(1));
    }

    [Test]
    public void Message_Rejected_IsNotForwardedAndAllItsSendersAreBlamed()
    {
        var node = new RouterHarness { Verdict = null };
        PeerId[] peers = node.AddPeers(4);
        WireMessage message = node.Sign();
        MessageId id = node.Deliver(peers[0], message);
        node.Deliver(peers[1], message);
        node.Decide(MessageVerdict.Reject);
        node.Deliver(peers[2], message);

        Assert.That(node.ReceiversOf(id), Is.Empty);
        Assert.That(peers.Select(node.Score), Is.EqualTo(new[] { -10.0, -10, -10, 0 }));
    }

    [Test]
    public void Message_Ignored_IsNotForwardedAndNobodyIsBlamed()
    {
        var node = new RouterHarness { Verdict = MessageVerdict.Ignore };
        PeerId[] peers = node.AddPeers(3);
        WireMessage message = node.Sign();
        MessageId id = node.Deliver(peers[0], message);
        node.Deliver(peers[1], message);

        Assert.That(node.ReceiversOf(id), Is.Empty);
        Assert.That(peers.Select(node.Score), Is.All.Zero);
    }

    [Test]
    public void Message_SentTwice_IsValidatedOnce()
    {
        var node = new RouterHarness { Verdict = null };
        PeerId[] peers = node.AddPeers(2);
        WireMessage message = node.Sign();
        node.Deliver(peers[0], message);
        node.Deliver(peers[1], message);
        node.Deliver(peers[0], message);

        Assert.That(node.Validating, Has.Count.EqualTo(1));
    }

    [Test]
    public void Messages_OfOnePeerBeyondItsLimit_AreLeftOutAndMayComeAgain()
    {
        var node = new RouterHarness(o => o with { Limits = o.Limits with { MaxPendingPerPeer = 5 } })
        {
            Verdict = null,
        };
        PeerId spammer = node.AddPeer();
        WireMessage[] messages = [.. Enumerable.Range(0, 20).Select(_ => node.Sign())];
        node.Receive(spammer, new Rpc { Messages = messages });
        Assert.That(node.Validating, Has.Count.EqualTo(5));
        Assert.That(node.Router.Size().Throttled, Is.EqualTo(15));

        // Another peer's turn is not taken by the spammer, not even for the same messages.
        node.Deliver(node.AddPeer(), messages[^1]);
        Assert.That(node.Validating, Has.Count.EqualTo(6));
        node.Decide(MessageVerdict.Accept);
        node.Deliver(spammer, messages[^2]);
        Assert.That(node.Validating, Has.Count.EqualTo(1));
    }

    [Test]
    public void Messages_OfATopicBeyondItsLimit_AreLeftOut()
    {
        var node = new RouterHarness(o => o with { Limits = o.Limits with { MaxPendingPerTopic = 5 } })
        {
            Verdict = null,
        };
        foreach (PeerId peer in node.AddPeers(20))
        {
            node.Deliver(peer);
        }

        Assert.That(node.Validating, Has.Count.EqualTo(5));
    }

    [Test]
    public void Messages_OfOnePeerBeyondItsBytes_AreLeftOut()
    {
        var node = new RouterHarness(o => o with
        {
            Limits = o.Limits with { MaxRpcSize = 1_000, MaxPendingBytesPerPeer = 1_000 },
        })
        {
            Verdict = null,
        };
        PeerId spammer = node.AddPeer();
        for (int i = 0; i < 5; i++)
        {
            node.Deliver(spammer, node.Sign(length: 400));
        }

        Assert.That(node.Validating, Has.Count.EqualTo(2));
        node.Deliver(node.AddPeer(), node.Sign(length: 400));
        Assert.That(node.Validating, Has.Count.EqualTo(3));
    }

    [Test]
    public void SeenMessages_BeyondTheLimit_MakeRoom()
    {
        var node = new RouterHarness(o => o with
        {
            Limits = o.Limits with { MaxSeenMessages = 10, MaxDeliveryRecords = 10 },
        });
        PeerId peer = node.AddPeer();
        for (int i = 0; i < 50; i++)
        {
            node.Deliver(peer);
        }

        Assert.That(node.Router.Size().Seen, Is.EqualTo(10));
        Assert.That(node.Router.Size().Deliveries, Is.EqualTo(10));
        node.Beat(121);
        Assert.That(node.Router.Size().Seen, Is.Zero);
        Assert.That(node.Router.Size().Deliveries, Is.Zero);
    }

    [Test]
    public void Message_Valid_GoesToTheMeshButNotBack()
    {
        var node = new RouterHarness();
        NodeIdentity author = NodeIdentity.Generate();
        PeerId[] peers = [node.AddPeer(id: author.Id), .. node.AddPeers(20)];
        PeerId source = node.Mesh.First(p => p != author.Id);
        MessageId id = node.Deliver(source, node.Sign(author));

        Assert.That(
            node.ReceiversOf(id), Is.EquivalentTo(node.Mesh.Where(p => p != source && p != author.Id)));
        Assert.That(peers, Is.SupersetOf(node.Mesh));
    }

    [Test]
    public void Message_Valid_GoesToFloodSubAndDirectPeersToo()
    {
        PeerId direct = NodeIdentity.Generate().Id;
        var node = new RouterHarness(o => o with
        {
            DirectPeers = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/1").WithPeer(direct)],
        });
        node.AddPeer(id: direct);
        PeerId flood = node.AddPeer(protocol: PeerProtocol.FloodSub);
        MessageId id = node.Deliver(node.AddPeer());

        Assert.That(node.ReceiversOf(id), Is.EquivalentTo(new[] { direct, flood }));
    }

    [Test]
    public void Message_WhoseSourceHasGone_IsForwarded()
    {
        var node = new RouterHarness { Verdict = null };
        PeerId[] peers = node.AddPeers(2);
        MessageId id = node.Deliver(peers[0]);
        node.Router.RemovePeer(peers[0]);
        node.Decide(MessageVerdict.Accept);

        Assert.That(node.ReceiversOf(id), Is.EqualTo(new[] { peers[1] }));
    }

    [Test]
    public void Verdict_AfterTheTopicWasLeft_ForwardsNothing()
    {
        var node = new RouterHarness { Verdict = null };
        PeerId[] peers = node.AddPeers(3);
        MessageId id = node.Deliver(peers[0]);
        node.Do(node.Router.Leave(RouterHarness.Topic));
        node.Decide(MessageVerdict.Accept);

        Assert.That(node.ReceiversOf(id), Is.Empty);
    }

    [Test]
    public void Publish_ByFlood_ReachesAllButThoseBelowTheThreshold()
    {
        var node = new RouterHarness();
        PeerId[] peers = node.AddPeers(20);
        node.Spoil(peers[0], 3);
        MessageId id = node.Publish();

        Assert.That(node.ReceiversOf(id), Is.EquivalentTo(peers[1..]));
    }

    [Test]
    public void Publish_WithoutFlood_ReachesTheMesh()
    {
        var node = new RouterHarness(o => o with { FloodPublish = false });
        node.AddPeers(20);

        Assert.That(node.ReceiversOf(node.Publish()), Is.EquivalentTo(node.Mesh));
    }

    [Test]
    public void Publish_WithoutASubscription_KeepsItsFanoutForAWhile()
    {
        var node = new RouterHarness(o => o with { FloodPublish = false }, join: false);
        node.AddPeers(20);
        IReadOnlyList<PeerId> first = node.ReceiversOf(node.Publish());
        node.Beat(59);
        IReadOnlyList<PeerId> second = node.ReceiversOf(node.Publish());
        Assert.That(first, Has.Count.EqualTo(6));
        Assert.That(second, Is.EquivalentTo(first));

        node.Beat(62);
        node.ForgetSent();
        Assert.That(node.ReceiversOf(node.Publish()), Is.Not.EquivalentTo(first));
    }

    [Test]
    public void Join_AfterPublishing_TurnsTheFanoutIntoTheMesh()
    {
        var node = new RouterHarness(o => o with { FloodPublish = false }, join: false);
        node.AddPeers(20);
        IReadOnlyList<PeerId> fanout = node.ReceiversOf(node.Publish());
        node.Do(node.Router.Join(RouterHarness.Topic));

        Assert.That(node.Mesh, Is.EquivalentTo(fanout));
    }

    [Test]
    public void Publish_ToMoreTopicsThanAllowed_KeepsNoFanoutForThem()
    {
        var node = new RouterHarness(
            o => o with { FloodPublish = false, Limits = o.Limits with { MaxFanoutTopics = 1 } }, join: false);
        PeerId peer = node.AddPeer();
        node.Receive(peer, new Rpc { Subscriptions = [new SubscriptionChange("another", true)] });
        node.Publish();

        Assert.That(node.ReceiversOf(node.Publish("another")), Is.Empty);
    }
}
