using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.Tests.GossipSub.Routing;

/// <summary>GRAFT, PRUNE, and what the heartbeat does to a mesh.</summary>
internal sealed class MeshTests
{
    private static readonly TimeSpan Backoff = TimeSpan.FromMinutes(1);

    [Test]
    public void Graft_ForATopicNotSubscribedTo_IsIgnored()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer(subscribed: false);
        node.ForgetSent();
        node.Graft(peer, "another");

        Assert.That(node.TakeSent(peer), Is.Empty);
    }

    [Test]
    public void Graft_ByAPeerThatIsNotSubscribed_IsPruned()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer(subscribed: false);
        node.Graft(peer);

        Assert.That(node.TakePrunes(peer), Has.Count.EqualTo(1));
        Assert.That(node.Mesh, Is.Empty);
    }

    [Test]
    public void Graft_WithANegativeScore_IsPrunedWithoutExchange()
    {
        var node = new RouterHarness();
        node.AddPeers(12);
        PeerId bad = node.AddPeer();
        node.Spoil(bad);
        node.ForgetSent();
        node.Graft(bad);

        Assert.That(node.TakePrunes(bad).Single().Peers, Is.Empty);
        Assert.That(node.Mesh, Does.Not.Contain(bad));
    }

    [Test]
    public void Graft_RightAfterAPrune_IsPrunedAndPenalisedTwice()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Prune(peer, Backoff);
        node.ForgetSent();
        node.Graft(peer);

        Assert.That(node.TakePrunes(peer).Single().Backoff, Is.EqualTo(Backoff));
        Assert.That(node.Score(peer), Is.EqualTo(-4), "the square of two");
        Assert.That(node.Mesh, Does.Not.Contain(peer));
    }

    [Test]
    public void Graft_LateInTheBackoff_IsPenalisedOnce()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Prune(peer, Backoff);
        node.Wait(TimeSpan.FromSeconds(59));
        node.Graft(peer);

        Assert.That(node.Score(peer), Is.EqualTo(-1));
    }

    [Test]
    public void Graft_InTheBackoff_ExtendsIt()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Prune(peer, Backoff);
        node.Wait(TimeSpan.FromSeconds(50));
        node.Graft(peer);
        node.Wait(TimeSpan.FromSeconds(50));
        node.ForgetSent();
        node.Graft(peer);

        Assert.That(node.TakePrunes(peer), Has.Count.EqualTo(1));
    }

    [Test]
    public void Graft_BehindTheBackoff_IsAccepted()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Prune(peer, Backoff);
        node.Wait(Backoff);
        node.Graft(peer);

        Assert.That(node.Mesh, Does.Contain(peer));
        Assert.That(node.Score(peer), Is.Not.Negative);
    }

    [Test]
    public void GraftFlood_EndsInTheGraylist()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Prune(peer, Backoff);
        for (int i = 0; i < 20; i++)
        {
            node.Graft(peer);
        }

        node.ForgetSent();
        node.Graft(peer);
        Assert.That(node.Score(peer), Is.LessThan(new ScoreThresholds().Graylist));
        Assert.That(node.TakeSent(peer), Is.Empty);
    }

    [Test]
    public void Graft_OfAFullMesh_IsForOutboundPeersAlone()
    {
        var node = new RouterHarness();
        foreach (PeerId member in node.AddPeers(12))
        {
            node.Graft(member);
        }

        PeerId inbound = node.AddPeer();
        PeerId outbound = node.AddPeer(outbound: true);
        node.ForgetSent();
        node.Graft(inbound);
        node.Graft(outbound);

        Assert.That(node.Mesh, Does.Not.Contain(inbound).And.Contains(outbound));
        Prune refusal = node.TakePrunes(inbound).Single();
        Assert.That(refusal.Peers.Select(p => p.Peer).ToArray(), Has.Length.EqualTo(13).And.None.EqualTo(inbound));
        Assert.That(node.TakePrunes(outbound), Is.Empty);
    }

    [Test]
    public void Graft_ByADirectPeer_IsPruned()
    {
        PeerId direct = NodeIdentity.Generate().Id;
        var node = new RouterHarness(o => o with
        {
            DirectPeers = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/1").WithPeer(direct)],
        });
        node.AddPeer(id: direct);
        node.ForgetSent();
        node.Graft(direct);

        Assert.That(node.TakePrunes(direct), Has.Count.EqualTo(1));
        Assert.That(node.Mesh, Is.Empty);
    }

    [Test]
    public void Prune_OfAV10Peer_CarriesNeitherBackoffNorPeers()
    {
        var node = new RouterHarness();
        foreach (PeerId member in node.AddPeers(12))
        {
            node.Graft(member);
        }

        PeerId old = node.AddPeer(protocol: PeerProtocol.GossipSub10);
        node.ForgetSent();
        node.Graft(old);

        Prune refusal = node.TakePrunes(old).Single();
        Assert.That(refusal.Backoff, Is.Null);
        Assert.That(refusal.Peers, Is.Empty);
    }

    [Test]
    public void Prune_ByAPeer_KeepsItOutUntilTheBackoffIsOver()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Prune(peer, TimeSpan.FromSeconds(20));
        node.ForgetSent();
        node.Beat(20);
        Assert.That(node.TakeSent(peer).SelectMany(r => r.Graft), Is.Empty);

        node.Beat(2);
        Assert.That(node.TakeSent(peer).SelectMany(r => r.Graft), Is.Not.Empty);
    }

    [Test]
    public void Prune_WithoutABackoff_MeansTheDefault()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Prune(peer);
        node.Beat(59);
        Assert.That(node.Mesh, Is.Empty);

        node.Beat(3);
        Assert.That(node.Mesh, Does.Contain(peer));
    }

    [Test]
    public void Prune_WithPeers_FromAnybody_DialsNobody()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Prune(peer, Backoff, new ExchangedPeer(NodeIdentity.Generate().Id, default));

        Assert.That(node.Dials, Is.Empty);
    }

    [Test]
    public void Prune_WithPeers_FromATrustedPeer_DialsThoseThatAreNew()
    {
        PeerId trusted = NodeIdentity.Generate().Id;
        var node = new RouterHarness(o => o with
        {
            Score = o.Score with { AppSpecific = p => p == trusted ? 11 : 0 },
        });
        node.AddPeer(id: trusted);
        PeerId known = node.AddPeer();
        PeerId stranger = NodeIdentity.Generate().Id;
        node.Prune(
            trusted, Backoff, new ExchangedPeer(known, default), new ExchangedPeer(node.Self.Id, default),
            new ExchangedPeer(stranger, default));

        Assert.That(node.Dials, Is.EqualTo(new[] { stranger }));
    }

    [Test]
    public void Prune_Sent_CarriesTheRecordsOfGoodPeers()
    {
        var node = new RouterHarness();
        PeerId[] members = node.AddPeers(12);
        foreach (PeerId member in members)
        {
            node.Graft(member);
            node.Records[member] = new byte[] { 1, 2, 3 };
        }

        node.Spoil(members[0]);
        PeerId refused = node.AddPeer();
        node.ForgetSent();
        node.Graft(refused);

        IReadOnlyList<ExchangedPeer> named = node.TakePrunes(refused).Single().Peers;
        Assert.That(named.Select(p => p.Peer).ToArray(), Has.Length.EqualTo(11).And.None.EqualTo(members[0]));
        Assert.That(named[0].SignedRecord.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
    }

    [Test]
    public void Subscription_BeyondTheLimit_IsForgotten()
    {
        var node = new RouterHarness(o => o with { Limits = o.Limits with { MaxTopicsPerPeer = 3 } });
        PeerId peer = node.AddPeer(subscribed: false);
        node.Receive(peer, new Rpc
        {
            Subscriptions = [.. Enumerable.Range(0, 10).Select(i => new SubscriptionChange($"t{i}", true))],
        });

        Assert.That(node.Router.Size().Topics, Is.EqualTo(4));
        node.Router.RemovePeer(peer);
        Assert.That(node.Router.Size().Topics, Is.EqualTo(1));
    }

    [Test]
    public void Subscription_Ended_LeavesTheMesh()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        Assert.That(node.Mesh, Does.Contain(peer));
        node.Receive(peer, new Rpc { Subscriptions = [new SubscriptionChange(RouterHarness.Topic, false)] });

        Assert.That(node.Mesh, Is.Empty);
        Assert.That(node.Router.SubscribersOf(RouterHarness.Topic), Is.Empty);
    }

    [Test]
    public void Peers_BeyondTheLimit_AreLeftAlone()
    {
        var node = new RouterHarness(o => o with { Limits = o.Limits with { MaxPeers = 2 } });
        node.AddPeers(5);

        Assert.That(node.Router.Size().Peers, Is.EqualTo(2));
    }

    [Test]
    public void Backoffs_BeyondTheLimit_MakeRoom()
    {
        var node = new RouterHarness(o => o with { Limits = o.Limits with { MaxBackoffs = 10 } });
        foreach (PeerId peer in node.AddPeers(100))
        {
            node.Prune(peer, Backoff);
        }

        Assert.That(node.Router.Size().Backoffs, Is.EqualTo(10));
        node.Beat(70);
        Assert.That(node.Router.Size().Backoffs, Is.Zero);
    }

    [Test]
    public void Peer_New_IsTheFirstToHearOfSubscriptions()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer(subscribed: false);

        Assert.That(
            node.TakeSent(peer).Single().Subscriptions,
            Is.EqualTo(new[] { new SubscriptionChange(RouterHarness.Topic, true) }));
    }

    [Test]
    public void FloodSubPeer_IsNeverGrafted()
    {
        var node = new RouterHarness();
        PeerId old = node.AddPeer(protocol: PeerProtocol.FloodSub);
        node.Beat(3);
        node.Graft(old);

        Assert.That(node.Mesh, Is.Empty);
        Assert.That(node.TakeSent(old).SelectMany(r => r.Prune), Is.Empty);
    }

    [Test]
    public void Join_Later_GraftsUpToD()
    {
        var node = new RouterHarness(join: false);
        PeerId[] peers = node.AddPeers(10);
        node.Do(node.Router.Join(RouterHarness.Topic));

        Assert.That(node.Mesh, Has.Count.EqualTo(6));
        Assert.That(peers.Count(p => node.TakeSent(p).Any(r => r.Graft.Count == 1)), Is.EqualTo(6));
    }

    [Test]
    public void Leave_TellsTheMeshAndEverybodyElse()
    {
        var node = new RouterHarness();
        PeerId[] peers = node.AddPeers(10);
        node.ForgetSent();
        PeerId[] mesh = [.. node.Mesh];
        node.Do(node.Router.Leave(RouterHarness.Topic));

        foreach (PeerId peer in peers)
        {
            IReadOnlyList<Rpc> sent = node.TakeSent(peer);
            Assert.That(sent.SelectMany(r => r.Subscriptions).Single().Subscribe, Is.False);
            Assert.That(
                sent.SelectMany(r => r.Prune).Select(p => p.Backoff),
                mesh.Contains(peer) ? Is.EqualTo(new[] { TimeSpan.FromSeconds(10) }) : Is.Empty);
        }
    }

    [Test]
    public void Rejoin_WithinTheUnsubscribeBackoff_GraftsNobodyOfBefore()
    {
        var node = new RouterHarness();
        PeerId[] before = node.AddPeers(3);
        node.Do(node.Router.Leave(RouterHarness.Topic));
        node.Do(node.Router.Join(RouterHarness.Topic));
        node.Beat(9);
        Assert.That(node.Mesh, Is.Empty);

        node.Beat(3);
        Assert.That(node.Mesh, Is.EquivalentTo(before));
    }

    [Test]
    public void Heartbeat_ThinMesh_IsFilledWithGoodPeersUpToD()
    {
        var node = new RouterHarness();
        PeerId[] peers = node.AddPeers(20);
        node.Spoil(peers[^1]);
        foreach (PeerId member in node.Mesh.ToArray())
        {
            node.Router.RemovePeer(member);
        }

        node.Beat();
        Assert.That(node.Mesh, Has.Count.EqualTo(6).And.None.EqualTo(peers[^1]));
    }

    [Test]
    public void Heartbeat_NegativeScore_IsPruned()
    {
        var node = new RouterHarness();
        PeerId peer = node.AddPeer();
        node.Spoil(peer);
        node.ForgetSent();
        node.Beat();

        Assert.That(node.Mesh, Is.Empty);
        Assert.That(node.TakePrunes(peer).Single().Peers, Is.Empty);
    }

    [Test]
    public void Heartbeat_FatMesh_KeepsTheBestAndTheOutbound()
    {
        var good = new HashSet<PeerId>();
        var node = new RouterHarness(o => o with
        {
            Score = o.Score with { AppSpecific = p => good.Contains(p) ? 5 : 0 },
        });
        PeerId[] inbound = node.AddPeers(12);
        good.UnionWith(inbound[..4]);
        PeerId[] outbound = node.AddPeers(4, outbound: true);
        foreach (PeerId peer in inbound.Concat(outbound))
        {
            node.Graft(peer);
        }

        node.ForgetSent();
        node.Beat();

        Assert.That(node.Mesh, Has.Count.EqualTo(6).And.SupersetOf(good));
        Assert.That(node.Mesh.Count(outbound.Contains), Is.EqualTo(2));
    }

    [Test]
    public void Heartbeat_TooFewOutbound_GraftsSome()
    {
        var node = new RouterHarness();
        foreach (PeerId peer in node.AddPeers(6))
        {
            node.Graft(peer);
        }

        PeerId[] outbound = node.AddPeers(5, outbound: true);
        node.Beat();

        Assert.That(node.Mesh.Count(outbound.Contains), Is.EqualTo(2));
    }

    [Test]
    public void Heartbeat_MediocreMesh_OpportunisticallyGraftsBetterPeers()
    {
        var good = new HashSet<PeerId>();
        var node = new RouterHarness(o => o with
        {
            Score = o.Score with { DefaultTopic = null, AppSpecific = p => good.Contains(p) ? 5 : 0 },
        });
        foreach (PeerId peer in node.AddPeers(6))
        {
            node.Graft(peer);
        }

        good.UnionWith(node.AddPeers(5));
        node.Beat(59);
        Assert.That(node.Mesh.Count(good.Contains), Is.Zero);

        node.Beat(2);
        Assert.That(node.Mesh.Count(good.Contains), Is.EqualTo(2));
    }

    [Test]
    public void Heartbeat_DirectPeerThatIsGone_IsDialled()
    {
        PeerId direct = NodeIdentity.Generate().Id;
        var node = new RouterHarness(o => o with
        {
            DirectPeers = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/1").WithPeer(direct)],
        });
        node.Beat(2);
        Assert.That(node.Dials, Is.EqualTo(new[] { direct }));

        node.Beat(300);
        Assert.That(node.Dials, Has.Count.EqualTo(2));
    }
}
