using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Reputation;

/// <summary>
/// What this node thinks of the others, and the evidence for it. Facts are checked, then durable, then they count; only
/// facts leave this node, never what it makes of them. Safe for use from many threads.
/// </summary>
public sealed class ReputationService
{
    private readonly TimeProvider _time;
    private readonly ReputationLedger _ledger;
    private readonly Lock _lock = new();
    private long _recorded;

    internal ReputationService(PeerId self, ReputationOptions options, TimeProvider time) =>
        (_ledger, _time) = (new ReputationLedger(self, options), time);

    /// <summary>Facts of this node's own that were taken since the start.</summary>
    internal long Recorded => Interlocked.Read(ref _recorded);

    /// <summary>Raised when a fact changed what is thought of a peer. Must return at once.</summary>
    public event Action<PeerId>? Changed;

    /// <summary>What is thought of a peer now.</summary>
    public PeerStanding Of(PeerId peer)
    {
        lock (_lock)
        {
            return _ledger.Of(peer, _time.GetUtcNow());
        }
    }

    /// <summary>What each audited shard adds to what is thought of a peer.</summary>
    public IReadOnlyList<Contribution> Explain(PeerId peer)
    {
        lock (_lock)
        {
            return _ledger.Explain(peer, _time.GetUtcNow());
        }
    }

    /// <summary>Takes a fact in whose making this node had a part: durable when it returns, then told to others.</summary>
    public Task RecordOwnAsync(Evidence fact, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fact);
        Interlocked.Increment(ref _recorded);
        return Task.CompletedTask.WaitAsync(cancellationToken);
    }

    /// <summary>Notes how an auditor did that this node asked: durable when it returns, and told to nobody.</summary>
    public Task RecordAuditorAsync(PeerId auditor, AuditorFinding finding, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _ledger.Add(auditor, finding, _time.GetUtcNow());
        }

        Changed?.Invoke(auditor);
        return Task.CompletedTask.WaitAsync(cancellationToken);
    }
}
