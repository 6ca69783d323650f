using Infernet.Core.Audits;
using Infernet.Core.Identity;

namespace Infernet.Core.Reputation;

/// <summary>
/// Turns observations into standings: what one node, <c>self</c>, thinks of each other one. A pure function of the set
/// of observations and of the time; the order in which they came does not matter.
/// <para>
/// For a peer, each audited shard of this node adds to a Beta(1 + P, 1 + N): a passed one 1 to P, a rejected one
/// <see cref="ReputationOptions.RejectionWeight"/> to N, a doubtful one a little to N, each times 2^(−age / half-life).
/// The score is the 5 % quantile, so that little evidence means a low score. What others report is added up for each
/// reporter, brought down to at most <see cref="ReputationOptions.MaxPerReporter"/>, weighed by
/// <see cref="ReporterWeights"/>, and brought down to at most <see cref="ReputationOptions.MaxThirdParty"/> in all: a
/// handful of own audits always outweighs everybody else.
/// </para>
/// <para>
/// A peer is excluded when this node's own sequential test convicts it (<see cref="Trial"/>); or, as long as this node
/// has no clean record of it, when peers with whom it settled each convict it by the same test, weigh
/// <see cref="ReputationOptions.BanWeight"/> together (three at least), and outweigh those who acquit it twice.
/// </para>
/// Not thread-safe.
/// </summary>
public sealed class ReputationLedger
{
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private readonly PeerId _self;
    private readonly ReputationOptions _options;
    private readonly ObservationIndex _facts = new();
    private readonly Dictionary<PeerId, AuditorRecord> _auditors = [];
    private readonly Dictionary<PeerId, (DateTimeOffset At, EvidenceSums Sums)> _ownSums = [];
    private readonly ReporterWeights _weights;

    public ReputationLedger(PeerId self, ReputationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_self, _options) = (self, options);
        _weights = new ReporterWeights(self, _facts, OwnSums, options);
    }

    /// <summary>Observations that are held.</summary>
    public int Count => _facts.Count;

    /// <summary>Everybody about whom there is evidence.</summary>
    public IEnumerable<PeerId> Peers => _facts.Providers.Union(_auditors.Keys);

    /// <summary>Adds a checked fact; false if it is known already.</summary>
    public bool Add(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        if (!_facts.Add(observation))
        {
            return false;
        }

        Changed(observation);
        return true;
    }

    /// <summary>Forgets a fact; false if it is not known.</summary>
    public bool Remove(string id)
    {
        if (_facts.Remove(id) is not { } observation)
        {
            return false;
        }

        Changed(observation);
        return true;
    }

    /// <summary>Notes how an auditor did.</summary>
    public void Add(PeerId auditor, AuditorFinding finding, DateTimeOffset at)
    {
        if (!_auditors.TryGetValue(auditor, out AuditorRecord? record))
        {
            _auditors.Add(auditor, record = new AuditorRecord(_options.AuditorHalfLife));
        }

        record.Add(finding, at);
    }

    /// <summary>What a reporter's word weighs at a time, 0..1.</summary>
    public double WeightOf(PeerId reporter, DateTimeOffset now) =>
        reporter == _self ? 1 : _weights.Total(reporter, Floor(now));

    /// <summary>What is thought of a peer at a time, to the minute.</summary>
    public PeerStanding Of(PeerId peer, DateTimeOffset now)
    {
        DateTimeOffset at = Floor(now);
        EvidenceSums own = OwnSums(peer, at);
        List<Report> reports = Reports(peer, at);
        (double passed, double failed) = ThirdParty(reports);
        string? exclusion = peer == _self ? null : OwnExclusion(own) ?? OthersExclusion(reports, own, at);
        double asked = Flow(peer, _self, at);
        var belief = new BetaDistribution(1 + own.Passed + passed, 1 + own.Failed + failed);
        double score = peer == _self ? 1 : belief.Quantile(_options.ScoreQuantile);
        double auditor = _auditors.TryGetValue(peer, out AuditorRecord? record) ? record.Mean(at) : 0.5;
        return new PeerStanding
        {
            Peer = peer,
            Score = score,
            Mean = peer == _self ? 1 : belief.Mean,
            OwnPassed = own.Passed,
            OwnFailed = own.Failed,
            ThirdPartyPassed = passed,
            ThirdPartyFailed = failed,
            AuditsPassed = own.AuditsPassed,
            AuditsFailed = own.AuditsFailed,
            LogLikelihoodRatio = own.Ratio,
            Exclusion = exclusion,
            CreditWindow = exclusion is not null ? 0
                : peer == _self ? long.MaxValue
                : Reputation.CreditWindow.Of(score, stakedTokens: 0, _options),
            SettledTokens = Flow(_self, peer, at),
            TokensAsked = asked,
            ReporterWeight = WeightOf(peer, at),
            AuditorScore = auditor,
            MayAudit = exclusion is null && auditor >= _options.LeastAuditorScore,
            IsNewcomer = peer != _self && own.Passed + passed < _options.NewcomerAudits,
            QueuePriority = peer == _self
                ? double.MaxValue
                : QueuePosition.Priority(score, asked, exclusion is not null, _options),
            FirstSeen = FirstSeen(peer),
        };
    }

    /// <summary>What each audited shard adds to what is thought of a peer, in the order of their times.</summary>
    public IReadOnlyList<Contribution> Explain(PeerId peer, DateTimeOffset now)
    {
        DateTimeOffset at = Floor(now);
        var explained = new List<Contribution>();
        foreach (IGrouping<PeerId, AuditedShard> reported in _facts.Shards(peer, _ => true).GroupBy(s => s.Reporter))
        {
            bool own = reported.Key == _self;
            double weight = own ? 1 : Weight(VoicesOn(peer, reported.Key, at));
            double scale = own ? 1 : weight * Scale(Sum(reported, own, at));
            var sums = new EvidenceSums(_options, at);
            foreach (AuditedShard shard in reported)
            {
                (double passed, double failed) = sums.Hear(shard, own ? 1 : Trust(shard, at));
                explained.Add(new Contribution(
                    shard.Verdicts, own, shard.Finding, weight, passed * scale, failed * scale));
            }
        }

        double others = Cap(
            explained.Where(c => !c.Own).Sum(c => c.Passed), explained.Where(c => !c.Own).Sum(c => c.Failed));
        return
        [
            .. explained
                .Select(c => c.Own ? c : c with { Passed = c.Passed * others, Failed = c.Failed * others })
                .OrderBy(c => c.Verdicts[0], ObservationOrder.Instance),
        ];
    }

    private void Changed(Observation observation)
    {
        _ownSums.Remove(observation.Provider);
        if (observation.Aggregator == _self || observation.Finding?.Outcome == ShardOutcome.Rejected)
        {
            _weights.Forget();
        }
    }

    private EvidenceSums OwnSums(PeerId peer, DateTimeOffset at)
    {
        if (!_ownSums.TryGetValue(peer, out (DateTimeOffset At, EvidenceSums Sums) known) || known.At != at)
        {
            known = (at, Sum(_facts.Shards(peer, r => r == _self), own: true, at));
            if (_facts.HasAudits(peer))
            {
                _ownSums[peer] = known;
            }
        }

        return known.Sums;
    }

    private EvidenceSums Sum(IEnumerable<AuditedShard> shards, bool own, DateTimeOffset at)
    {
        var sums = new EvidenceSums(_options, at);
        foreach (AuditedShard shard in shards)
        {
            sums.Hear(shard, own ? 1 : Trust(shard, at));
        }

        return sums;
    }

    /// <summary>1 unless this node knows the auditors to be worse than strangers.</summary>
    private double Trust(AuditedShard shard, DateTimeOffset at) => shard.Verdicts
        .Min(v => v.Auditor is { } auditor && _auditors.TryGetValue(auditor, out AuditorRecord? record)
            ? 2 * Math.Min(0.5, record.Mean(at))
            : 1);

    private (double Passed, double Failed) ThirdParty(List<Report> reports)
    {
        (double passed, double failed) = (0, 0);
        foreach (Report report in reports)
        {
            double weight = Weight(report.Voices) * Scale(report.Sums);
            passed += weight * report.Sums.Passed;
            failed += weight * report.Sums.Failed;
        }

        double cap = Cap(passed, failed);
        return (passed * cap, failed * cap);
    }

    /// <summary>What those say of a peer whose word weighs anything; the others are not even added up.</summary>
    private List<Report> Reports(PeerId peer, DateTimeOffset at)
    {
        Dictionary<PeerId, IReadOnlyList<(PeerId Entry, double Weight)>> voices = _facts.ReportersOn(peer)
            .Where(r => r != _self && r != peer)
            .ToDictionary(r => r, r => VoicesOn(peer, r, at))
            .Where(v => v.Value.Count > 0)
            .ToDictionary();
        return voices.Count == 0 ? [] :
        [
            .. _facts.Shards(peer, voices.ContainsKey).GroupBy(s => s.Reporter).OrderBy(g => g.Key)
                .Select(g => new Report(voices[g.Key], Sum(g, own: false, at))),
        ];
    }

    private double Scale(EvidenceSums sums) =>
        Math.Min(1, _options.MaxPerReporter / Math.Max(double.Epsilon, sums.Claimed));

    private double Cap(double passed, double failed) =>
        Math.Min(1, _options.MaxThirdParty / Math.Max(double.Epsilon, passed + failed));

    /// <summary>A peer vouches for nobody who reports on it.</summary>
    private IReadOnlyList<(PeerId Entry, double Weight)> VoicesOn(PeerId peer, PeerId reporter, DateTimeOffset at) =>
        [.. _weights.Of(reporter, at).Where(v => v.Entry != peer)];

    private static double Weight(IReadOnlyList<(PeerId Entry, double Weight)> voices) =>
        Math.Min(1, voices.Sum(v => v.Weight));

    private static string? OwnExclusion(EvidenceSums own) => own.IsConvicted
        ? $"convicted by this node's own audits on {own.ConvictedAt:yyyy-MM-dd}: {own.AuditsFailed} of "
            + $"{own.AuditsFailed + own.AuditsPassed} audited shards were rejected"
        : null;

    private string? OthersExclusion(List<Report> reports, EvidenceSums own, DateTimeOffset at)
    {
        if (own.AuditsPassed >= ReporterWeights.CleanRecord && own.AuditsFailed == 0)
        {
            return null;
        }

        var condemning = new Dictionary<PeerId, double>();
        double acquitting = 0;
        foreach (Report report in reports)
        {
            foreach ((PeerId entry, double weight) in report.Voices)
            {
                if (report.Sums.IsConvicted)
                {
                    condemning[entry] = condemning.GetValueOrDefault(entry) + weight;
                }
                else if (report.Sums.Ratio < 0)
                {
                    acquitting += weight;
                }
            }
        }

        // A peer and those behind it are one voice.
        double against = condemning.OrderBy(v => v.Key).Sum(v => Math.Min(v.Value, _weights.Direct(v.Key, at)));
        return against >= _options.BanWeight && against >= 2 * acquitting
            ? $"convicted by the audits of {condemning.Count} independent peers with whom this node has settled work"
            : null;
    }

    private double Flow(PeerId aggregator, PeerId provider, DateTimeOffset at) =>
        _facts.Flow(aggregator, provider, at, _options.FlowHalfLife);

    private DateTimeOffset? FirstSeen(PeerId peer) =>
        ((DateTimeOffset?[])[_facts.FirstSeen(peer), _auditors.GetValueOrDefault(peer)?.FirstAt]).Min();

    private static DateTimeOffset Floor(DateTimeOffset now) => new(now.Ticks - now.Ticks % Step.Ticks, now.Offset);

    /// <summary>What one reporter's audits of a peer come to, and through whom its word weighs how much.</summary>
    private sealed record Report(IReadOnlyList<(PeerId Entry, double Weight)> Voices, EvidenceSums Sums);
}
