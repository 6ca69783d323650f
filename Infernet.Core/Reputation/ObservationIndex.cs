using Infernet.Core.Identity;

namespace Infernet.Core.Reputation;

/// <summary>Observations by whom they are about: audits by provider, settled work by both sides.</summary>
internal sealed class ObservationIndex
{
    private readonly Dictionary<string, Observation> _all = [];
    private readonly Dictionary<PeerId, HashSet<Observation>> _audits = [];
    private readonly Dictionary<PeerId, Dictionary<PeerId, SettledWork>> _work = [];

    public int Count => _all.Count;

    /// <summary>Everybody who did work that was observed.</summary>
    public IEnumerable<PeerId> Providers => _audits.Keys.Union(_work.Values.SelectMany(w => w.Keys));

    /// <summary>Adds an observation; false if it is there.</summary>
    public bool Add(Observation observation)
    {
        if (!_all.TryAdd(observation.Id, observation))
        {
            return false;
        }

        if (observation.Kind == ObservationKind.Audit)
        {
            AuditsOf(observation.Provider).Add(observation);
        }
        else
        {
            WorkOf(observation).Add(observation);
        }

        return true;
    }

    /// <summary>Takes an observation out; null if it is not there.</summary>
    public Observation? Remove(string id)
    {
        if (_all.Remove(id, out Observation? observation))
        {
            if (observation.Kind == ObservationKind.Audit)
            {
                RemoveAudit(observation);
            }
            else
            {
                RemoveReceipt(observation);
            }
        }

        return observation;
    }

    public bool HasAudits(PeerId provider) => _audits.ContainsKey(provider);

    /// <summary>The audited shards of a provider, in the order of their times.</summary>
    public IEnumerable<AuditedShard> Shards(PeerId provider) =>
        _audits.TryGetValue(provider, out HashSet<Observation>? found) ? AuditedShard.Group(found) : [];

    /// <summary>Those who did work for an aggregator.</summary>
    public IEnumerable<PeerId> WorkersOf(PeerId aggregator) =>
        _work.TryGetValue(aggregator, out Dictionary<PeerId, SettledWork>? found) ? found.Keys : [];

    /// <summary>Decayed tokens that a provider computed for an aggregator.</summary>
    public double Flow(PeerId aggregator, PeerId provider, DateTimeOffset at, TimeSpan halfLife) =>
        _work.GetValueOrDefault(aggregator)?.GetValueOrDefault(provider)?.Tokens(at, halfLife) ?? 0;

    /// <summary>When a provider's oldest observed work was done.</summary>
    public DateTimeOffset? FirstSeen(PeerId provider) => (_audits.GetValueOrDefault(provider) ?? []).Select(o => o.At)
        .Concat(_work.Values.Select(w => w.GetValueOrDefault(provider)).OfType<SettledWork>().Select(w => w.FirstAt))
        .Select(t => (DateTimeOffset?)t)
        .Min();

    private HashSet<Observation> AuditsOf(PeerId provider) =>
        _audits.TryGetValue(provider, out HashSet<Observation>? found) ? found : _audits[provider] = [];

    private SettledWork WorkOf(Observation receipt)
    {
        if (!_work.TryGetValue(receipt.Aggregator, out Dictionary<PeerId, SettledWork>? byProvider))
        {
            _work.Add(receipt.Aggregator, byProvider = []);
        }

        return byProvider.TryGetValue(receipt.Provider, out SettledWork? found)
            ? found
            : byProvider[receipt.Provider] = new SettledWork();
    }

    private void RemoveAudit(Observation audit)
    {
        AuditsOf(audit.Provider).Remove(audit);
        if (AuditsOf(audit.Provider).Count == 0)
        {
            _audits.Remove(audit.Provider);
        }
    }

    private void RemoveReceipt(Observation receipt)
    {
        WorkOf(receipt).Remove(receipt);
        if (WorkOf(receipt).IsEmpty)
        {
            _work[receipt.Aggregator].Remove(receipt.Provider);
        }

        if (_work[receipt.Aggregator].Count == 0)
        {
            _work.Remove(receipt.Aggregator);
        }
    }
}
