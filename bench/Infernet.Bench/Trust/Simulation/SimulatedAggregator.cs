using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;

namespace Infernet.Bench.Trust.Simulation;

/// <summary>
/// Gives the shards of its jobs to peers, audits some, and redoes what was found wrong. A peer that is found out in the
/// middle of a job loses all of its unaudited shards of it.
/// </summary>
internal sealed class SimulatedAggregator(
    PeerId id, ITrustModel trust, TrustSettings settings, AuditModel audits, TrustTally tally, Random random)
{
    private long _jobs;

    public PeerId Id { get; } = id;

    public ITrustModel Trust { get; } = trust;

    /// <summary>Runs one job among those who have time for it; the facts that it leaves.</summary>
    public IReadOnlyList<Observation> RunJob(IReadOnlyList<SimulatedPeer> candidates, int round, DateTimeOffset now)
    {
        _jobs++;
        var facts = new List<Observation>();
        Dictionary<SimulatedPeer, Trust> trusted = candidates.Where(c => c.Id != Id)
            .ToDictionary(c => c, c => Trust.Of(c.Id, now));
        var given = new Dictionary<SimulatedPeer, int>();
        var unaudited = new Dictionary<SimulatedPeer, (int Right, int Wrong)>();
        int accepted = 0;
        int shard = 0;
        while (accepted < settings.ShardsPerJob && Next(trusted, given) is { } peer)
        {
            given[peer] = given.GetValueOrDefault(peer) + 1;
            bool wrong = peer.Work(Id, random);
            tally.Worked(round, peer, Id, wrong);
            if (random.NextDouble() >= trusted[peer].AuditRate)
            {
                accepted++;
                (int right, int bad) = unaudited.GetValueOrDefault(peer);
                unaudited[peer] = wrong ? (right, bad + 1) : (right + 1, bad);
                continue;
            }

            ShardFinding finding = audits.Judge(wrong, peer.IsMild);
            tally.Audited(finding, wrong);
            Observation fact = Fact(peer.Id, $"{Id}/{_jobs}/{shard++}", ObservationKind.Audit, now) with
            {
                Auditor = Id, Finding = finding,
            };
            facts.Add(fact);
            Trust.Hear(fact, now);
            trusted[peer] = Trust.Of(peer.Id, now);
            if (finding.Outcome != ShardOutcome.Rejected)
            {
                accepted++;
                tally.Accepted(round, wrong);
            }

            if (trusted[peer].IsExcluded && unaudited.Remove(peer, out (int Right, int Wrong) redone))
            {
                accepted -= redone.Right + redone.Wrong;
            }

            if (trusted[peer].IsExcluded)
            {
                tally.Excluded(round, peer, Id);
            }
        }

        foreach ((SimulatedPeer peer, (int right, int bad)) in unaudited)
        {
            tally.AcceptedUnaudited(round, right, bad);
        }

        foreach ((SimulatedPeer peer, int shards) in given)
        {
            Observation receipt = Fact(peer.Id, $"{Id}/{_jobs}/{peer.Id}", ObservationKind.Receipt, now) with
            {
                Tokens = (long)shards * settings.TokensPerShard,
            };
            facts.Add(receipt);
            Trust.Hear(receipt, now);
        }

        return facts;
    }

    /// <summary>The best by expected speed and score that has credit left.</summary>
    private SimulatedPeer? Next(Dictionary<SimulatedPeer, Trust> trusted, Dictionary<SimulatedPeer, int> given) =>
        trusted
            .Where(t => !t.Value.IsExcluded && given.GetValueOrDefault(t.Key) < Limit(t.Value))
            .OrderByDescending(t => t.Key.Speed * (1 + t.Value.Score) / 2 / (1 + given.GetValueOrDefault(t.Key)))
            .Select(t => t.Key)
            .FirstOrDefault();

    private long Limit(Trust trust) =>
        Math.Min(settings.MaxShardsPerPeer, Math.Max(1, trust.CreditTokens / settings.TokensPerShard));

    private Observation Fact(PeerId provider, string work, ObservationKind kind, DateTimeOffset now) => new()
    {
        Id = $"{kind}/{work}", Kind = kind, Provider = provider, Aggregator = Id, Work = work, At = now,
    };
}
