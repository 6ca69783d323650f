using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Reputation;

namespace Infernet.Bench.Trust.Simulation;

/// <summary>The product's own arithmetic, limits of storage included.</summary>
internal sealed class InfernetTrust(PeerId self, double jobTokens, AuditPolicy? policy = null) : ITrustModel
{
    private readonly AuditPolicy _policy = policy ?? new AuditPolicy();
    private readonly ReputationLedger _ledger = new(self, new ReputationOptions());
    private readonly EvidenceBook _book = new(new EvidenceOptions());

    public Trust Of(PeerId peer, DateTimeOffset now)
    {
        PeerStanding standing = _ledger.Of(peer, now);
        double rate = _policy.Rate(
            new AuditSubject(standing.Score, standing.AuditsPassed, standing.LogLikelihoodRatio), jobTokens);
        return new Trust(standing.IsExcluded, standing.Score, rate, standing.CreditWindow);
    }

    public void Hear(Observation fact, DateTimeOffset now)
    {
        bool own = fact.Aggregator == self || fact.Provider == self;
        if (fact.Provider == self && fact.Aggregator != self && fact.Kind == ObservationKind.Audit)
        {
            return;
        }

        var record = new EvidenceRecord(fact, own);
        if (_book.Add(record))
        {
            _ledger.Add(fact);
            foreach (string id in _book.MakeRoom(record, peer => _ledger.WeightOf(peer, now)))
            {
                _ledger.Remove(id);
            }
        }
    }
}
