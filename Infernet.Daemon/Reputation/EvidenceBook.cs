using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Reputation;

/// <summary>
/// Which facts a node keeps. Pure. This node's own make room only for newer own ones; those of others are limited for
/// each provider, for each aggregator, and in all. What makes room is what weighs least, the oldest of that first, and
/// a tenth of the limit at once, so that a flood does not make each fact pay for sorting all.
/// </summary>
internal sealed class EvidenceBook(EvidenceOptions options)
{
    private const double Slack = 0.9;

    private readonly Dictionary<string, EvidenceRecord> _own = [];
    private readonly Dictionary<string, EvidenceRecord> _others = [];
    private readonly Dictionary<PeerId, Dictionary<string, EvidenceRecord>> _byProvider = [];
    private readonly Dictionary<PeerId, Dictionary<string, EvidenceRecord>> _byAggregator = [];

    public int Count => _own.Count + _others.Count;

    public IEnumerable<EvidenceRecord> All => _own.Values.Concat(_others.Values);

    public bool Contains(string id) => _own.ContainsKey(id) || _others.ContainsKey(id);

    /// <summary>Adds a fact; false if it is there.</summary>
    public bool Add(EvidenceRecord record)
    {
        Observation seen = record.Observation;
        if (Contains(seen.Id))
        {
            return false;
        }

        if (record.Own)
        {
            _own.Add(seen.Id, record);
            return true;
        }

        _others.Add(seen.Id, record);
        Of(_byProvider, seen.Provider).Add(seen.Id, record);
        Of(_byAggregator, seen.Aggregator).Add(seen.Id, record);
        return true;
    }

    /// <summary>Takes facts out that are too old.</summary>
    public IReadOnlyList<string> Expire(DateTimeOffset now) =>
        Remove(All.Where(r => now - r.Observation.At > RetentionOf(r.Observation)).ToList());

    /// <summary>Takes facts out that a new one has no room beside.</summary>
    /// <param name="added">The new one; it may be among those that are taken out.</param>
    /// <param name="weightOf">What an aggregator's word weighs.</param>
    public IReadOnlyList<string> MakeRoom(EvidenceRecord added, Func<PeerId, double> weightOf)
    {
        if (added.Own)
        {
            return Trim(_own, options.MaxOwn, _ => 1);
        }

        return
        [
            .. Trim(Of(_byProvider, added.Observation.Provider), options.MaxPerProvider, weightOf),
            .. Trim(Of(_byAggregator, added.Observation.Aggregator), options.MaxPerAggregator, weightOf),
            .. Trim(_others, options.MaxOthers, weightOf),
        ];
    }

    private IReadOnlyList<string> Trim(
        Dictionary<string, EvidenceRecord> kept, int most, Func<PeerId, double> weightOf)
    {
        if (kept.Count <= most)
        {
            return [];
        }

        var weights = new Dictionary<PeerId, double>();
        return Remove(
        [
            .. kept.Values
                .OrderBy(r => IsRejection(r.Observation))
                .ThenBy(r => WeightOf(r.Observation.Aggregator))
                .ThenBy(r => r.Observation.At)
                .ThenBy(r => r.Observation.Id, StringComparer.Ordinal)
                .Take(kept.Count - (int)(most * Slack)),
        ]);

        double WeightOf(PeerId peer) =>
            weights.TryGetValue(peer, out double known) ? known : weights[peer] = weightOf(peer);

        // A rejection that nobody has reason to believe is worth no more than anything else of its author.
        bool IsRejection(Observation seen) =>
            seen.Finding?.Outcome == ShardOutcome.Rejected && WeightOf(seen.Aggregator) > 0;
    }

    private IReadOnlyList<string> Remove(IReadOnlyList<EvidenceRecord> records)
    {
        foreach (EvidenceRecord record in records)
        {
            Observation seen = record.Observation;
            _own.Remove(seen.Id);
            if (_others.Remove(seen.Id))
            {
                Drop(_byProvider, seen.Provider, seen.Id);
                Drop(_byAggregator, seen.Aggregator, seen.Id);
            }
        }

        return [.. records.Select(r => r.Observation.Id)];
    }

    private TimeSpan RetentionOf(Observation seen) => seen.Finding?.Outcome == ShardOutcome.Rejected
        ? options.RejectionRetention
        : options.Retention;

    private static Dictionary<string, EvidenceRecord> Of(
        Dictionary<PeerId, Dictionary<string, EvidenceRecord>> index, PeerId peer) =>
        index.TryGetValue(peer, out Dictionary<string, EvidenceRecord>? found) ? found : index[peer] = [];

    private static void Drop(Dictionary<PeerId, Dictionary<string, EvidenceRecord>> index, PeerId peer, string id)
    {
        if (index.TryGetValue(peer, out Dictionary<string, EvidenceRecord>? found))
        {
            found.Remove(id);
            if (found.Count == 0)
            {
                index.Remove(peer);
            }
        }
    }
}
