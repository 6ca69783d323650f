using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.Tests.GossipSub.Routing;

/// <summary>
/// Whatever happens in whatever order: no exception, no limit passed, no mesh peer that is not subscribed.
/// </summary>
internal sealed class RouterFuzzTests
{
    private static readonly string[] Topics = ["topic", "second", "third"];

    private static readonly GossipSubLimits Small = new()
    {
        MaxPeers = 15, MaxTopicsPerPeer = 2, MaxPromises = 20, MaxBackoffs = 20, MaxSeenMessages = 30,
        MaxDeliveryRecords = 20, MaxCachedBytes = 5_000, MaxRetainedScores = 10, MaxPendingPerPeer = 3,
        MaxPendingPerTopic = 10,
    };

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void Events_InAnyOrder_KeepTheInvariants(int seed)
    {
        var random = new Random(seed);
        var node = new RouterHarness(o => o with { Limits = Small, FloodPublish = seed % 2 == 0 }) { Verdict = null };
        var joined = new HashSet<string> { RouterHarness.Topic };
        List<PeerId> peers = [.. Enumerable.Range(0, 20).Select(_ => NodeIdentity.Generate().Id)];
        List<WireMessage> messages = [node.Sign()];
        for (int i = 0; i < 5_000; i++)
        {
            PeerId peer = peers[random.Next(peers.Count)];
            switch (random.Next(9))
            {
                case 0:
                    node.AddPeer(
                        random.Next(2) == 0, (PeerProtocol)random.Next(3), subscribed: random.Next(3) > 0, id: peer,
                        address: $"192.0.2.{random.Next(3)}");
                    break;
                case 1 when random.Next(4) == 0:
                    node.Router.RemovePeer(peer);
                    break;
                case 2 or 3 or 4:
                    node.Receive(peer, AnyRpc(node, random, peers, messages));
                    break;
                case 5:
                    node.Decide((MessageVerdict)random.Next(3));
                    break;
                case 6:
                    node.Publish(Topics[random.Next(Topics.Length)]);
                    break;
                case 7 when random.Next(10) == 0:
                    Toggle(node, joined, Topics[random.Next(Topics.Length)]);
                    break;
                case 8:
                    node.Beat(random.Next(3));
                    break;
            }

            node.ForgetSent();
            ExpectInvariants(node);
        }
    }

    private static Rpc AnyRpc(RouterHarness node, Random random, List<PeerId> peers, List<WireMessage> messages)
    {
        string topic = Topics[random.Next(Topics.Length)];
        WireMessage message = random.Next(2) == 0 ? messages[random.Next(messages.Count)] : node.Sign(topic: topic);
        messages.Add(message);
        if (messages.Count > 50)
        {
            messages.RemoveAt(0);
        }

        MessageId id = RouterHarness.IdOf(messages[random.Next(messages.Count)]);
        return random.Next(8) switch
        {
            0 => new Rpc { Messages = [message, message with { Data = [1] }] },
            1 => new Rpc { Messages = [message with { Signature = null }, message] },
            2 => new Rpc { Subscriptions = [new SubscriptionChange(topic, random.Next(2) == 0)] },
            3 => new Rpc { Graft = [topic, topic, "unknown"] },
            4 => new Rpc
            {
                Prune = [new Prune(topic, [new ExchangedPeer(peers[random.Next(peers.Count)], default)], null)],
            },
            5 => new Rpc { IHave = [new IHave(topic, [id, RouterHarness.Unheard()])] },
            6 => new Rpc { IWant = [id, RouterHarness.Unheard()] },
            _ => new Rpc { Messages = [message] },
        };
    }

    private static void Toggle(RouterHarness node, HashSet<string> joined, string topic)
    {
        if (joined.Add(topic))
        {
            node.Do(node.Router.Join(topic));
        }
        else
        {
            joined.Remove(topic);
            node.Do(node.Router.Leave(topic));
        }
    }

    private static void ExpectInvariants(RouterHarness node)
    {
        RouterSize size = node.Router.Size();
        bool isBounded = size.Peers <= Small.MaxPeers
            && size.Topics <= Topics.Length
            && size.Seen <= Small.MaxSeenMessages
            && size.CachedBytes <= Small.MaxCachedBytes
            && size.Promises <= Small.MaxPromises
            && size.Backoffs <= Small.MaxBackoffs
            && size.Deliveries <= Small.MaxDeliveryRecords
            && size.Scores <= Small.MaxPeers + Small.MaxRetainedScores;
        Assert.That(isBounded, Is.True, size.ToString());
        foreach (string topic in Topics)
        {
            Assert.That(node.Router.MeshOf(topic), Is.SubsetOf(node.Router.SubscribersOf(topic)));
        }
    }
}
