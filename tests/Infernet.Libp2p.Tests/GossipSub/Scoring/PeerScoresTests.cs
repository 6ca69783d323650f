using System.Net;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.GossipSub.Scoring;

namespace Infernet.Libp2p.Tests.GossipSub.Scoring;

internal sealed class PeerScoresTests
{
    private static readonly IPAddress Somewhere = IPAddress.Parse("192.0.2.1");

    [Test]
    public void Options_OutOfTheSpecifiedRange_AreRefused()
    {
        var wrong = new Func<GossipSubOptions, GossipSubOptions>[]
        {
            o => o with { MeshLow = 7 },
            o => o with { MeshHigh = 5 },
            o => o with { MeshOutbound = 4 },
            o => o with { MeshOutbound = 3, MeshSize = 5 },
            o => o with { GossipFactor = 1.1 },
            o => o with { CacheWindows = 2 },
            o => o with { HeartbeatInterval = TimeSpan.Zero },
            o => o with { DirectPeers = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/1")] },
            o => o with { Limits = o.Limits with { MaxSeenMessages = 0 } },
            o => o with { Limits = o.Limits with { MaxOutboundBytesPerPeer = 1 } },
            o => o with { Score = o.Score with { BehaviourPenaltyWeight = 1 } },
            o => o with { Score = o.Score with { BehaviourPenaltyDecay = 1 } },
            o => o with { Score = o.Score with { IpColocationThreshold = 0 } },
            o => o with { Score = o.Score with { Thresholds = new ScoreThresholds { Gossip = 0 } } },
            o => o with { Score = o.Score with { Thresholds = new ScoreThresholds { Publish = -5 } } },
            o => o with { Score = o.Score with { Thresholds = new ScoreThresholds { Graylist = -50 } } },
            o => o with { Score = o.Score with { Thresholds = new ScoreThresholds { AcceptExchange = -1 } } },
            o => o with { Score = o.Score with { DefaultTopic = new TopicScoreOptions { InvalidMessagesWeight = 1 } } },
            o => o with { Score = o.Score with { DefaultTopic = new TopicScoreOptions { MeshDeliveriesCap = 0.5 } } },
        };

        foreach (Func<GossipSubOptions, GossipSubOptions> change in wrong)
        {
            Assert.That(
                () => change(new GossipSubOptions()).Validate(), Throws.InstanceOf<ArgumentOutOfRangeException>());
        }

        Assert.That(() => new GossipSubOptions().Validate(), Throws.Nothing);
    }

    [Test]
    public void Behaviour_IsSquaredAndDecays()
    {
        PeerScores scores = Scores(o => o with { BehaviourPenaltyWeight = -1, BehaviourPenaltyDecay = 0.5 });
        PeerId peer = Add(scores);
        scores.Penalise(peer, 4);
        Assert.That(scores.Of(peer), Is.EqualTo(-16));

        scores.Refresh(TimeSpan.FromSeconds(1));
        Assert.That(scores.Of(peer), Is.EqualTo(-4));
    }

    [Test]
    public void Topics_TogetherAreCapped()
    {
        PeerScores scores = Scores(o => o with
        {
            TopicScoreCap = 5, DefaultTopic = new TopicScoreOptions { FirstDeliveriesWeight = 1 },
        });
        PeerId peer = Add(scores);
        for (int i = 0; i < 10; i++)
        {
            scores.EndDelivery(peer, $"topic {i % 3}", new([(byte)i]), MessageVerdict.Accept, TimeSpan.Zero);
        }

        Assert.That(scores.Of(peer), Is.EqualTo(5));
    }

    [Test]
    public void Topic_ThatIsNotConfigured_DoesNotCount()
    {
        PeerScores scores = Scores(o => o with
        {
            DefaultTopic = null, Topics = new Dictionary<string, TopicScoreOptions> { ["counts"] = new() },
        });
        PeerId peer = Add(scores);
        scores.CountInvalid(peer, "does not");
        Assert.That(scores.Of(peer), Is.Zero);

        scores.CountInvalid(peer, "counts");
        Assert.That(scores.Of(peer), Is.Negative);
    }

    [Test]
    public void Application_IsAskedWithEachDecay()
    {
        double opinion = 3;
        PeerScores scores = Scores(o => o with { AppSpecific = _ => opinion, AppSpecificWeight = 2 });
        PeerId peer = Add(scores);
        Assert.That(scores.Of(peer), Is.EqualTo(6));

        opinion = -1;
        Assert.That(scores.Of(peer), Is.EqualTo(6));
        scores.Refresh(TimeSpan.FromSeconds(1));
        Assert.That(scores.Of(peer), Is.EqualTo(-2));
    }

    [TestCase("192.0.2.1", "192.0.2.1", -20)]
    [TestCase("192.0.2.1", "192.0.2.2", 0)]
    [TestCase("2001:db8::1", "2001:db8::ffff:1", -20)]
    [TestCase("2001:db8::1", "2001:db8:0:1::1", 0)]
    [TestCase("127.0.0.1", "127.0.0.1", 0)]
    public void Colocation_CostsTheSquareOfTheSurplus(string first, string others, double expected)
    {
        PeerScores scores = Scores(o => o with { IpColocationThreshold = 2, IpColocationWeight = -5 });
        PeerId peer = Add(scores, IPAddress.Parse(first));
        PeerId[] neighbours = [.. Enumerable.Range(0, 3).Select(_ => Add(scores, IPAddress.Parse(others)))];
        Assert.That(scores.Of(peer), Is.EqualTo(expected));

        foreach (PeerId neighbour in neighbours)
        {
            scores.Remove(neighbour, TimeSpan.Zero);
        }

        Assert.That(scores.Of(peer), Is.Zero);
    }

    [Test]
    public void Score_OfAPeerThatLeftAndCameBack_IsKept()
    {
        PeerScores scores = Scores(o => o with { RetainScore = TimeSpan.FromMinutes(10) });
        PeerId peer = Add(scores);
        scores.Penalise(peer, 5);
        scores.Remove(peer, TimeSpan.Zero);
        scores.Refresh(TimeSpan.FromMinutes(9));
        scores.Add(peer, [Somewhere]);

        Assert.That(scores.Of(peer), Is.EqualTo(-25));
    }

    [Test]
    public void Score_OfAPeerThatStaysAway_IsForgotten()
    {
        PeerScores scores = Scores(o => o with { RetainScore = TimeSpan.FromMinutes(10) });
        PeerId peer = Add(scores);
        scores.Penalise(peer, 5);
        scores.Remove(peer, TimeSpan.Zero);
        scores.Refresh(TimeSpan.FromMinutes(10));

        Assert.That(scores.PeerCount, Is.Zero);
    }

    [Test]
    public void Scores_OfPeersThatLeft_AreBounded()
    {
        PeerScores scores = new(new GossipSubOptions { Limits = new GossipSubLimits { MaxRetainedScores = 10 } });
        for (int i = 0; i < 100; i++)
        {
            scores.Remove(Add(scores), TimeSpan.Zero);
        }

        Assert.That(scores.PeerCount, Is.EqualTo(10));
    }

    private static PeerScores Scores(Func<PeerScoreOptions, PeerScoreOptions> change) =>
        new(new GossipSubOptions { Score = change(new PeerScoreOptions()) });

    private static PeerId Add(PeerScores scores, IPAddress? address = null)
    {
        PeerId peer = NodeIdentity.Generate().Id;
        scores.Add(peer, [address ?? Somewhere]);
        return peer;
    }
}
