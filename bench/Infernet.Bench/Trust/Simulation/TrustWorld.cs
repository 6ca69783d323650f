using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;

namespace Infernet.Bench.Trust.Simulation;

/// <summary>
/// A network in rounds, on a virtual clock and one seed: in each one every aggregator runs a job, the liars lie, and
/// everybody hears everything. Nothing is signed here; what forged facts come to is a matter of tests of its own.
/// </summary>
internal sealed class TrustWorld
{
    private const int WhitewashInterval = 5;

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ShardFinding Praise = new(ShardOutcome.Verified, -5);
    private static readonly ShardFinding Slander = new(ShardOutcome.Rejected, 40);

    // Of the cheaters, what share does what.
    private static readonly (Behaviour Behaviour, double Share)[] Mix =
    [
        (Behaviour.Always, 0.25), (Behaviour.Sometimes, 0.2), (Behaviour.OnOff, 0.15), (Behaviour.Picky, 0.1),
        (Behaviour.Ring, 0.1), (Behaviour.Slanderer, 0.1), (Behaviour.Whitewasher, 0.1),
    ];

    private readonly TrustSettings _settings;
    private readonly Random _random;
    private readonly List<SimulatedPeer> _peers = [];
    private readonly List<SimulatedPeer>[] _byModel;
    private readonly List<PeerId> _sybils = [];
    private readonly List<SimulatedAggregator> _aggregators = [];
    private long _lies;

    public TrustWorld(TrustSettings settings, Func<PeerId, ITrustModel> trust)
    {
        (_settings, _random) = (settings, new Random(settings.Seed));
        Tally = new TrustTally(settings.Rounds);
        int cheaters = (int)(settings.Peers * settings.CheaterShare);
        for (int i = 0; i < settings.Peers; i++)
        {
            _peers.Add(Make(i < settings.Peers - cheaters ? Behaviour.Honest : Kind(settings.Peers - 1 - i, cheaters)));
        }

        // Peers take turns, so that each model has its share of every behaviour.
        _byModel = [.. Enumerable.Range(0, settings.Models)
            .Select(m => _peers.Where((_, i) => i % settings.Models == m).ToList())];
        _sybils.AddRange(Enumerable.Range(0, settings.Sybils).Select(_ => NewId()));
        var audits = new AuditModel(settings.TokensPerAudit, _random);
        _aggregators.AddRange(_peers.Take(settings.Aggregators).Select(p => new SimulatedAggregator(
            p.Id, trust(p.Id), settings, audits, Tally, _random)));
    }

    public TrustTally Tally { get; }

    public DateTimeOffset Now { get; private set; } = Start;

    /// <summary>Honest peers that some aggregator has excluded, and how many there are.</summary>
    public (int Excluded, int All) HonestExcluded()
    {
        SimulatedPeer[] honest = [.. _peers.Where(p => p.IsHonest)];
        return (honest.Count(p => _aggregators.Exists(a => a.Trust.Of(p.Id, Now).IsExcluded)), honest.Length);
    }

    public void Run()
    {
        for (int round = 0; round < _settings.Rounds; round++)
        {
            Now += _settings.Round;
            List<Observation> lies = Lie(round);
            lies.ForEach(lie => _aggregators.ForEach(a => a.Trust.Hear(lie, Now)));
            for (int i = 0; i < _aggregators.Count; i++)
            {
                SimulatedAggregator aggregator = _aggregators[i];
                SimulatedPeer[] free = [.. Pick(_byModel[i % _settings.Models], _settings.Candidates)];
                foreach (Observation fact in aggregator.RunJob(free, round, Now))
                {
                    _aggregators.Where(a => a != aggregator).ToList().ForEach(a => a.Trust.Hear(fact, Now));
                }
            }

            if (round % WhitewashInterval == 0)
            {
                Whitewash();
            }
        }
    }

    /// <summary>Whoever is out with most of those who have work comes back as somebody else.</summary>
    private void Whitewash()
    {
        foreach (SimulatedPeer peer in _peers.Where(p => p.Behaviour == Behaviour.Whitewasher))
        {
            if (_aggregators.Exists(a => a.Trust.Of(peer.Id, Now).IsExcluded))
            {
                peer.StartAnew(NewId());
            }
        }
    }

    private List<Observation> Lie(int round)
    {
        var lies = new List<Observation>();
        PeerId[] ring = [.. _peers.Where(p => p.Behaviour == Behaviour.Ring).Select(p => p.Id)];
        SimulatedPeer[] honest = [.. _peers.Where(p => p.IsHonest)];
        foreach (PeerId member in ring)
        {
            PeerId friend = ring[_random.Next(ring.Length)];
            lies.AddRange([Lie(member, friend, Praise), Fiction(member, friend)]);
            lies.AddRange(SlanderTwice(member, honest));
        }

        foreach (SimulatedPeer slanderer in _peers.Where(p => p.Behaviour == Behaviour.Slanderer))
        {
            lies.AddRange(SlanderTwice(slanderer.Id, honest));
        }

        // Each Sybil speaks a few times in the course of things, as far as it is listened to.
        foreach (PeerId sybil in _sybils.Where((_, i) => ring.Length > 0 && i % 20 == round % 20))
        {
            lies.AddRange(
            [
                Lie(sybil, ring[_random.Next(ring.Length)], Praise), Fiction(sybil, _sybils[_random.Next(_sybils.Count)]),
                .. SlanderTwice(sybil, honest),
            ]);
        }

        return lies;
    }

    private IEnumerable<Observation> SlanderTwice(PeerId liar, SimulatedPeer[] honest)
    {
        PeerId victim = honest[_random.Next(honest.Length)].Id;
        return [Lie(liar, victim, Slander), Lie(liar, victim, Slander)];
    }

    private Observation Lie(PeerId liar, PeerId about, ShardFinding finding) => new()
    {
        Id = $"lie {++_lies}", Kind = ObservationKind.Audit, Provider = about, Aggregator = liar, Auditor = liar,
        Work = $"lie {_lies}", Finding = finding, At = Now,
    };

    private Observation Fiction(PeerId aggregator, PeerId provider) => new()
    {
        Id = $"lie {++_lies}", Kind = ObservationKind.Receipt, Provider = provider, Aggregator = aggregator,
        Work = $"lie {_lies}", Tokens = 1_000_000, At = Now,
    };

    private SimulatedPeer Make(Behaviour behaviour) => new(
        behaviour, NewId(), 0.5 + _random.NextDouble(),
        behaviour == Behaviour.Ring ? 0.3 : 0.1 + 0.4 * _random.NextDouble(), mild: _random.Next(2) == 0);

    private static Behaviour Kind(int place, int cheaters)
    {
        double at = (place + 0.5) / cheaters;
        foreach ((Behaviour behaviour, double share) in Mix)
        {
            at -= share;
            if (at < 0)
            {
                return behaviour;
            }
        }

        return Mix[^1].Behaviour;
    }

    private IEnumerable<SimulatedPeer> Pick(List<SimulatedPeer> from, int count)
    {
        var picked = new HashSet<int>();
        while (picked.Count < Math.Min(count, from.Count))
        {
            picked.Add(_random.Next(from.Count));
        }

        return picked.Order().Select(i => from[i]);
    }

    private PeerId NewId()
    {
        byte[] key = new byte[32];
        _random.NextBytes(key);
        return PeerId.FromEd25519(key);
    }
}
