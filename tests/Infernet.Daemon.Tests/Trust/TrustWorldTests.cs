using Infernet.Bench.Trust.Simulation;

namespace Infernet.Daemon.Tests.Trust;

/// <summary>The benchmark's network in small: what cheating must not pay, whatever the seed.</summary>
[TestFixture]
public sealed class TrustWorldTests
{
    private static readonly TrustSettings Small = new()
    {
        Peers = 100, Sybils = 200, Models = 1, Aggregators = 4, Rounds = 48, ShardsPerJob = 20, Candidates = 30,
    };

    private static readonly Range Late = 36..;

    [TestCase(1)]
    [TestCase(2)]
    public void Cheating_IsFoundOut_AndNoHonestPeerWithIt(int seed)
    {
        TrustWorld world = Run(seed, self => new InfernetTrust(self, jobTokens: 40_000));
        (int excluded, int honest) = world.HonestExcluded();

        Assert.Multiple(() =>
        {
            Assert.That(excluded, Is.Zero, $"of {honest} honest peers, seed {seed}");
            Assert.That(world.Tally.WrongShare(Late), Is.LessThan(0.02), $"seed {seed}");
            Assert.That(world.Tally.CheaterShare(Late), Is.LessThan(world.Tally.CheaterShare(..5) / 2), $"seed {seed}");
            Assert.That(world.Tally.AuditShare, Is.LessThan(0.9), $"seed {seed}");
            Assert.That(world.Tally.WrongUntilOut.Order().ElementAt(world.Tally.WrongUntilOut.Count / 2), Is.AtMost(4));
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
                var world = new TrustWorld(tiny, self => new InfernetTrust(self, jobTokens: 40_000));
                world.Run();
                return world.Tally.WrongShare(..) + world.Tally.AuditShare;
            }),
        ];

        double[] results = Twice();
        Assert.That(results[0], Is.EqualTo(results[1]));
    }

    private static TrustWorld Run(int seed, Func<Core.Identity.PeerId, ITrustModel> trust)
    {
        var world = new TrustWorld(Small with { Seed = seed }, trust);
        world.Run();
        return world;
    }
}
