using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.GossipSub.Scoring;

namespace Infernet.Libp2p.Tests.GossipSub.Scoring;

/// <summary>P1 to P4, each alone.</summary>
internal sealed class TopicCountersTests
{
    private static readonly TopicScoreOptions Nothing = new()
    {
        TopicWeight = 2, TimeInMeshWeight = 0, FirstDeliveriesWeight = 0, MeshDeliveriesWeight = 0,
        MeshFailureWeight = 0, InvalidMessagesWeight = 0,
    };

    private static readonly TopicScoreOptions Deliveries = Nothing with
    {
        MeshDeliveriesWeight = -1, MeshDeliveriesThreshold = 4, MeshDeliveriesCap = 6, MeshDeliveriesDecay = 0.5,
        MeshDeliveriesActivation = TimeSpan.FromSeconds(10), MeshDeliveriesWindow = TimeSpan.FromSeconds(1),
        MeshFailureDecay = 0.5,
    };

    [Test]
    public void TimeInMesh_CountsWholeQuantaUpToTheCap()
    {
        var counters = new TopicCounters(Nothing with
        {
            TimeInMeshWeight = 1, TimeInMeshQuantum = TimeSpan.FromSeconds(10), TimeInMeshCap = 3,
        });
        counters.Graft(At(100));
        counters.Decay(At(125), 0.01, isConnected: true);
        Assert.That(counters.Score(), Is.EqualTo(2 * 2));

        counters.Decay(At(1_000), 0.01, isConnected: true);
        Assert.That(counters.Score(), Is.EqualTo(2 * 3));
        counters.Prune();
        Assert.That(counters.Score(), Is.Zero);
    }

    [Test]
    public void FirstDeliveries_AreCappedAndDecayToZero()
    {
        var counters = new TopicCounters(Nothing with
        {
            FirstDeliveriesWeight = 1, FirstDeliveriesCap = 4, FirstDeliveriesDecay = 0.5,
        });
        for (int i = 0; i < 10; i++)
        {
            counters.CountFirstDelivery();
        }

        Assert.That(counters.Score(), Is.EqualTo(2 * 4));
        counters.Decay(At(1), 0.01, isConnected: true);
        Assert.That(counters.Score(), Is.EqualTo(2 * 2));
        counters.Decay(At(1), 1.5, isConnected: true);
        Assert.That(counters.Score(), Is.Zero);
    }

    [Test]
    public void MeshDeliveries_DeficitIsSquaredBehindTheActivation()
    {
        var counters = new TopicCounters(Deliveries);
        counters.Graft(At(0));
        counters.CountFirstDelivery();
        counters.CountFirstDelivery();
        counters.Decay(At(10), 0.01, isConnected: true);
        Assert.That(counters.Score(), Is.Zero, "not active yet");

        counters.Decay(At(11), 0.01, isConnected: true);
        Assert.That(counters.Score(), Is.EqualTo(2 * -(3.5 * 3.5)), "half of two, halved again, is left");
    }

    [Test]
    public void MeshDeliveries_EnoughOfThem_CostNothing()
    {
        var counters = new TopicCounters(Deliveries with { MeshDeliveriesDecay = 0.9 });
        counters.Graft(At(0));
        for (int i = 0; i < 100; i++)
        {
            counters.CountFirstDelivery();
        }

        counters.Decay(At(11), 0.01, isConnected: true);
        Assert.That(counters.Score(), Is.Zero);
        for (int i = 0; i < 5; i++)
        {
            counters.Decay(At(12), 0.01, isConnected: true);
        }

        Assert.That(counters.Score(), Is.Negative, "the cap was six");
    }

    [Test]
    public void MeshDeliveries_DuplicatesCountWithinTheWindowAlone()
    {
        var counters = new TopicCounters(Deliveries with { MeshDeliveriesDecay = 0.999 });
        counters.Graft(At(0));
        counters.CountDuplicate(sinceValidated: null);
        counters.CountDuplicate(TimeSpan.FromSeconds(1));
        counters.CountDuplicate(TimeSpan.FromSeconds(2));
        counters.Decay(At(11), 0.01, isConnected: true);

        Assert.That(counters.Score(), Is.EqualTo(2 * -4).Within(0.1), "two of four are missing");
    }

    [Test]
    public void MeshFailure_IsTheDeficitWhenPrunedAndDecays()
    {
        var counters = new TopicCounters(Deliveries with { MeshDeliveriesWeight = 0, MeshFailureWeight = -1 });
        counters.Graft(At(0));
        counters.Decay(At(11), 0.01, isConnected: true);
        counters.Prune();
        Assert.That(counters.Score(), Is.EqualTo(2 * -16));

        counters.Prune();
        counters.Decay(At(12), 0.01, isConnected: true);
        Assert.That(counters.Score(), Is.EqualTo(2 * -8));
    }

    [Test]
    public void InvalidMessages_AreSquaredAndDecayWhileThePeerIsThere()
    {
        var counters = new TopicCounters(Nothing with { InvalidMessagesWeight = -1, InvalidMessagesDecay = 0.5 });
        counters.CountInvalid();
        counters.CountInvalid();
        Assert.That(counters.Score(), Is.EqualTo(2 * -4));

        counters.Decay(At(1), 0.01, isConnected: false);
        Assert.That(counters.Score(), Is.EqualTo(2 * -4), "going away forgives nothing");
        counters.Decay(At(1), 0.01, isConnected: true);
        Assert.That(counters.Score(), Is.EqualTo(2 * -1));
    }

    private static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);
}
