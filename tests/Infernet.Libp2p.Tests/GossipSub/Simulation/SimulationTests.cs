using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.GossipSub.Routing;

namespace Infernet.Libp2p.Tests.GossipSub.Simulation;

/// <summary>Real routers, a hundred of them, in a network that loses RPCs and has enemies in it.</summary>
internal sealed class SimulationTests
{
    private const int HonestCount = 100;
    private const int HostileCount = 30;
    private const int Messages = 30;

    [TestCase(1)]
    [TestCase(2)]
    public void Network_WithLossChurnAndEnemies_DeliversToAllTheHonest(int seed)
    {
        GossipNetwork network = Build(seed, loss: 0.02);
        network.Run(TimeSpan.FromSeconds(10));
        for (int number = 0; number < Messages; number++)
        {
            network.Honest[network.Random.Next(HonestCount)].Publish(number);
            Churn(network);
            network.Run(TimeSpan.FromSeconds(1));
        }

        network.Run(TimeSpan.FromSeconds(10));
        foreach (HonestPeer peer in network.Honest)
        {
            Assert.That(peer.Delivered, Has.Count.EqualTo(Messages), $"seed {seed}");
        }

        ExpectJudgement(network, seed);
        ExpectBounds(network);
    }

    private static GossipNetwork Build(int seed, double loss)
    {
        var network = new GossipNetwork(seed, loss);
        for (int i = 0; i < HonestCount; i++)
        {
            network.AddHonest();
        }

        for (int i = 0; i < HostileCount; i++)
        {
            network.AddHostile((Attack)(i % Enum.GetValues<Attack>().Length));
        }

        foreach (HonestPeer peer in network.Honest)
        {
            network.Dial(peer, network.Honest, 6);
            network.Dial(peer, network.Hostile, 1);
        }

        foreach (HostilePeer peer in network.Hostile)
        {
            network.Dial(peer, network.Honest, 20);
        }

        return network;
    }

    // Three honest connections break, and whoever had one looks for another.
    private static void Churn(GossipNetwork network)
    {
        for (int i = 0; i < 3; i++)
        {
            HonestPeer peer = network.Honest[network.Random.Next(HonestCount)];
            HonestPeer[] neighbours = [.. peer.Neighbours.Values.OfType<HonestPeer>()];
            GossipNetwork.Disconnect(peer, neighbours[network.Random.Next(neighbours.Length)]);
            network.Dial(peer, network.Honest, 1);
        }
    }

    private static void ExpectJudgement(GossipNetwork network, int seed)
    {
        foreach (HonestPeer judge in network.Honest)
        {
            foreach (SimulatedPeer judged in judge.Neighbours.Values)
            {
                double score = judge.Router.ScoreOf(judged.Id);
                string about = $"{(judged as HostilePeer)?.Attack.ToString() ?? "honest"}, seed {seed}";
                switch (judged)
                {
                    case HonestPeer:
                        Assert.That(score, Is.Not.Negative, about);
                        break;

                    // These break no rule: they are limited in what they can take, or are of no use.
                    case HostilePeer { Attack: Attack.IWantFlood or Attack.Silence }:
                        break;

                    // A mesh that has room takes in whoever grafts it, once or many times.
                    case HostilePeer { Attack: Attack.GraftFlood }
                        when judge.Router.MeshOf(GossipNetwork.Topic).Contains(judged.Id):
                        break;
                    default:
                        Assert.That(score, Is.LessThan(new ScoreThresholds().Graylist), about);
                        Assert.That(judge.Router.MeshOf(GossipNetwork.Topic), Does.Not.Contain(judged.Id), about);
                        break;
                }
            }
        }

        foreach (HostilePeer greedy in network.Hostile.Where(p => p.Attack == Attack.IWantFlood))
        {
            // Each neighbour sends a message once by itself, and so often again because it is asked.
            int atMost = (1 + new GossipSubLimits().MaxRetransmissions) * Messages * greedy.Neighbours.Count;
            Assert.That(greedy.Served, Is.LessThanOrEqualTo(atMost));
        }
    }

    private static void ExpectBounds(GossipNetwork network)
    {
        foreach (HonestPeer peer in network.Honest)
        {
            RouterSize size = peer.Router.Size();
            Assert.That(size.Topics, Is.EqualTo(1));
            Assert.That(size.Peers, Is.EqualTo(peer.Neighbours.Count));
            Assert.That(size.Cached, Is.LessThanOrEqualTo(Messages));
            Assert.That(size.Promises, Is.LessThan(200));
            Assert.That(peer.Router.MeshOf(GossipNetwork.Topic), Has.Count.InRange(4, 12));
        }
    }
}
