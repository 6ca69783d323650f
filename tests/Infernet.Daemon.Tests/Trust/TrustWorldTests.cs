using Infernet.Bench.Trust.Simulation;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;

namespace Infernet.Daemon.Tests.Trust;

/// <summary>The benchmark's network in small: what cheating must not pay, and that the bounds can be failed.</summary>
[TestFixture]
public sealed class TrustWorldTests
{
    private static readonly TrustSettings Small = new()
    {
        Peers = 100, Sybils = 200, Models = 1, Aggregators = 4, Rounds = 48, ShardsPerJob = 20, Candidates = 30,
    };

    private static readonly Range Late = 36..;

    private static readonly int[] Seeds = [.. Enumerable.Range(1, 8)];

    // One small network is chance: of 960 late answers a handful is wrong, and what cheats get of the work differs by
    // half from seed to seed. The mean of eight is told apart from that of the broken policies below.
    private const double MostWrong = 0.01;
    private const double MostCheaterWork = 0.5;

    private static readonly Lazy<TrustWorld[]> Ours = new(() => RunAll(self => Product(self)));

    [Test]
    public void Cheating_IsFoundOut_AndNoHonestPeerWithIt() => Assert.Multiple(() =>
    {
        foreach ((TrustWorld world, int seed) in Ours.Value.Zip(Seeds))
        {
            Assert.That(world.HonestExcluded().Excluded, Is.Zero, $"seed {seed}");
            Assert.That(
                world.Tally.WrongUntilOut.Order().ElementAt(world.Tally.WrongUntilOut.Count / 2), Is.AtMost(4),
                $"seed {seed}");
        }

        Assert.That(WrongLate(Ours.Value), Is.LessThan(MostWrong));
        Assert.That(CheaterWork(Ours.Value), Is.LessThan(MostCheaterWork));
        Assert.That(Ours.Value.Average(w => w.Tally.AuditShare), Is.LessThan(0.9));
    });

    [Test]
    public void AuditingNewcomers_LikeWellKnownPeers_LetsWrongAnswersThrough()
    {
        var careless = new AuditPolicy { NewcomerAudits = 0 };
        TrustWorld[] worlds = RunAll(self => Product(self, careless));

        Assert.That(WrongLate(worlds), Is.GreaterThan(2 * MostWrong));
    }

    [Test]
    public void ExcludingNobody_LeavesCheatersTheirWork()
    {
        TrustWorld[] worlds = RunAll(self => new Forgiving(Product(self)));

        Assert.Multiple(() =>
        {
            Assert.That(CheaterWork(worlds), Is.GreaterThan(MostCheaterWork));
            Assert.That(WrongLate(worlds), Is.GreaterThan(MostWrong));
        });
    }

    [Test]
    public void Believing_EverybodyPaysWhoeverCheats()
    {
        TrustWorld world = Run(1, _ => new NoAudits());

        Assert.That(world.Tally.WrongShare(Late), Is.GreaterThan(0.1));
    }

    [Test]
    public void Averaging_WhatEverybodySays_IsSteeredByThoseWhoLie()
    {
        TrustWorld world = Run(1, _ => new PlainAverage());
        (int excluded, int honest) = world.HonestExcluded();

        Assert.That(excluded, Is.GreaterThan(honest / 2));
    }

    [Test]
    public void Simulation_OfTheSameSeed_IsTheSame()
    {
        TrustSettings tiny = Small with { Rounds = 10, Seed = 7 };

        double[] Twice() =>
        [
            .. Enumerable.Range(0, 2).Select(_ =>
            {
                var world = new TrustWorld(tiny, self => Product(self));
                world.Run();
                return world.Tally.WrongShare(..) + world.Tally.AuditShare;
            }),
        ];

        double[] results = Twice();
        Assert.That(results[0], Is.EqualTo(results[1]));
    }

    private static double WrongLate(TrustWorld[] worlds) => worlds.Average(w => w.Tally.WrongShare(Late));

    /// <summary>What cheaters get of the work late, for what they got in the first rounds.</summary>
    private static double CheaterWork(TrustWorld[] worlds) =>
        worlds.Sum(w => w.Tally.CheaterShare(Late)) / worlds.Sum(w => w.Tally.CheaterShare(..5));

    private static InfernetTrust Product(PeerId self, AuditPolicy? policy = null) =>
        new(self, jobTokens: 40_000, policy);

    private static TrustWorld[] RunAll(Func<PeerId, ITrustModel> trust) =>
        [.. Seeds.AsParallel().AsOrdered().Select(seed => Run(seed, trust))];

    private static TrustWorld Run(int seed, Func<PeerId, ITrustModel> trust)
    {
        var world = new TrustWorld(Small with { Seed = seed }, trust);
        world.Run();
        return world;
    }

    /// <summary>Audits and scores as the product does, and draws no consequence.</summary>
    private sealed class Forgiving(ITrustModel trust) : ITrustModel
    {
        public Infernet.Bench.Trust.Simulation.Trust Of(PeerId peer, DateTimeOffset now) => trust.Of(peer, now) with { IsExcluded = false };

        public void Hear(Observation fact, DateTimeOffset now) => trust.Hear(fact, now);
    }
}
