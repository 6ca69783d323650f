using Infernet.Core.Audits;
using Infernet.Core.Identity;

namespace Infernet.Core.Reputation;

/// <summary>Observations by whom they are about: audits by provider, settled work by both sides.</summary>
internal sealed class ObservationIndex
{
    private readonly Dictionary<string, Observation> _all = [];
    private readonly Dictionary<PeerId, HashSet<Observation>> _audits = [];
    private readonly Dictionary<PeerId, Dictionary<PeerId, SettledWork>> _work = [];
    private readonly Dictionary<PeerId, SettledWork> _signed = [];
    private readonly Dictionary<PeerId, HashSet<PeerId>> _signers = [];
    private readonly Dictionary<PeerId, Dictionary<PeerId, HashSet<Observation>>> _rejections = [];

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
            AddAudit(observation);
        }
        else
        {
            AddReceipt(observation);
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
    /// <param name="provider">Who did the work.</param>
    /// <param name="counts">Whose reports are of interest.</param>
    public IEnumerable<AuditedShard> Shards(PeerId provider, Func<PeerId, bool> counts) =>
        _audits.TryGetValue(provider, out HashSet<Observation>? found)
            ? AuditedShard.Group(found.Where(o => counts(o.Aggregator)))
            : [];

    /// <summary>Those who reported on a provider.</summary>
    public IEnumerable<PeerId> ReportersOn(PeerId provider) =>
        _audits.TryGetValue(provider, out HashSet<Observation>? found) ? found.Select(o => o.Aggregator).Distinct() : [];

    /// <summary>Those of whom a reporter says that more than one shard of theirs was wrong.</summary>
    public IEnumerable<PeerId> CondemnedBy(PeerId reporter) =>
        _rejections.TryGetValue(reporter, out Dictionary<PeerId, HashSet<Observation>>? found)
            ? found.Where(f => f.Value.Count > 1 && Faults(Shards(f.Key, r => r == reporter)) > 1).Select(f => f.Key)
            : [];

    /// <summary>Whether a peer signed for anybody's work.</summary>
    public bool HasSigned(PeerId aggregator) => _signed.ContainsKey(aggregator);

    /// <summary>Those who signed for a provider's work.</summary>
    public IEnumerable<PeerId> SignersFor(PeerId provider) =>
        _signers.TryGetValue(provider, out HashSet<PeerId>? found) ? found : [];

    /// <summary>Decayed tokens of all the work that a peer signed for.</summary>
    public double Signed(PeerId aggregator, DateTimeOffset at, TimeSpan halfLife) =>
        _signed.GetValueOrDefault(aggregator)?.Tokens(at, halfLife) ?? 0;

    /// <summary>Decayed tokens that a provider computed for an aggregator.</summary>
    public double Flow(PeerId aggregator, PeerId provider, DateTimeOffset at, TimeSpan halfLife) =>
        _work.GetValueOrDefault(aggregator)?.GetValueOrDefault(provider)?.Tokens(at, halfLife) ?? 0;

    /// <summary>When a provider's oldest observed work was done.</summary>
    public DateTimeOffset? FirstSeen(PeerId provider) => (_audits.GetValueOrDefault(provider) ?? []).Select(o => o.At)
        .Concat(_work.Values.Select(w => w.GetValueOrDefault(provider)).OfType<SettledWork>().Select(w => w.FirstAt))
        .Select(t => (DateTimeOffset?)t)
        .Min();

    // As a conviction counts them: a fault that other auditors of the shard did not see is none, and the same answer to the
    // same question is one, however many receipts of whichever jobs it stands in.
    private static int Faults(IEnumerable<AuditedShard> shards)
    {
        var known = new HashSet<UInt128>();
        int faults = 0;
        foreach (AuditedShard shard in shards)
        {
            faults += shard.Beyond(known) is { Outcome: ShardOutcome.Rejected } ? 1 : 0;
            known.UnionWith(shard.Contents);
        }

        return faults;
    }

    private void AddReceipt(Observation receipt)
    {
        Of(Of(_work, receipt.Aggregator), receipt.Provider).Add(receipt);
        Of(_signed, receipt.Aggregator).Add(receipt);
        Of(_signers, receipt.Provider).Add(receipt.Aggregator);
    }

    private void AddAudit(Observation audit)
    {
        Of(_audits, audit.Provider).Add(audit);
        if (audit.Finding?.Outcome == ShardOutcome.Rejected)
        {
            Of(Of(_rejections, audit.Aggregator), audit.Provider).Add(audit);
        }
    }

    private void RemoveAudit(Observation audit)
    {
        if (audit.Finding?.Outcome == ShardOutcome.Rejected)
        {
            Dictionary<PeerId, HashSet<Observation>> rejected = _rejections[audit.Aggregator];
            rejected[audit.Provider].Remove(audit);
            if (rejected[audit.Provider].Count == 0)
            {
                rejected.Remove(audit.Provider);
            }

            if (rejected.Count == 0)
            {
                _rejections.Remove(audit.Aggregator);
            }
        }

        _audits[audit.Provider].Remove(audit);
        if (_audits[audit.Provider].Count == 0)
        {
            _audits.Remove(audit.Provider);
        }
    }

    private void RemoveReceipt(Observation receipt)
    {
        Dictionary<PeerId, SettledWork> byProvider = _work[receipt.Aggregator];
        byProvider[receipt.Provider].Remove(receipt);
        _signed[receipt.Aggregator].Remove(receipt);
        if (!byProvider[receipt.Provider].IsEmpty)
        {
            return;
        }

        byProvider.Remove(receipt.Provider);
        _signers[receipt.Provider].Remove(receipt.Aggregator);
        if (_signers[receipt.Provider].Count == 0)
        {
            _signers.Remove(receipt.Provider);
        }

        if (byProvider.Count == 0)
        {
            _work.Remove(receipt.Aggregator);
            _signed.Remove(receipt.Aggregator);
        }
    }

    private static T Of<T>(Dictionary<PeerId, T> index, PeerId peer)
        where T : new() => index.TryGetValue(peer, out T? found) ? found : index[peer] = new T();
}
