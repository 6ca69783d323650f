using Infernet.Core.Evidence;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Reputation;

/// <summary>
/// What this node thinks of the others, and the evidence for it. Facts are checked, then durable, then they count; only
/// facts leave this node, never what it makes of them. Safe for use from many threads.
/// <para>
/// Parts: <see cref="EvidenceCheck"/> says whether a fact is one, <see cref="EvidenceBook"/> which ones are kept,
/// <see cref="ReputationLedger"/> what they come to, <see cref="EvidenceGate"/> how many are heard, and
/// <see cref="EvidencePublisher"/> which are told.
/// </para>
/// </summary>
public sealed partial class ReputationService : IAsyncDisposable
{
    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromHours(1);

    private readonly PeerId _self;
    private readonly EvidenceTable _table;
    private readonly EvidenceCheck _check;
    private readonly EvidenceCheck _archive;
    private readonly string _arithmetic;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ReputationLedger _ledger;
    private readonly EvidenceBook _book;
    private readonly EvidenceGate _gate;
    private readonly EvidencePublisher _publisher;
    private readonly Lock _lock = new();
    private DateTimeOffset _expireAt;

    private ReputationService(PeerId self, EvidenceTable table, ReputationSetup setup)
    {
        (_self, _table, _arithmetic) = (self, table, setup.Arithmetic);
        _check = new EvidenceCheck(setup.Calibrations, setup.Limits);
        _archive = new EvidenceCheck(setup.Calibrations, setup.Limits with { MaxAge = null });
        (_time, _log) = (setup.Time, setup.Log);
        _ledger = new ReputationLedger(self, setup.Reputation);
        _book = new EvidenceBook(setup.Evidence);
        _gate = new EvidenceGate(setup.Evidence);
        _publisher = new EvidencePublisher(setup.Evidence, setup.Publish, setup.Log);
    }

    /// <summary>Raised when a fact changed what is thought of a peer. Must return at once.</summary>
    public event Action<PeerId>? Changed;

    /// <summary>Facts that are kept.</summary>
    public int FactCount
    {
        get
        {
            lock (_lock)
            {
                return _book.Count;
            }
        }
    }

    /// <summary>Reads what is in the journal, and works out again what the table of standings has lost.</summary>
    internal static async Task<ReputationService> OpenAsync(
        PeerId self, EvidenceTable table, ReputationSetup setup, CancellationToken cancellationToken)
    {
        var service = new ReputationService(self, table, setup);
        try
        {
            await service.LoadAsync(cancellationToken).ConfigureAwait(false);
            return service;
        }
        catch
        {
            await service.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What is thought of a peer now.</summary>
    public PeerStanding Of(PeerId peer)
    {
        lock (_lock)
        {
            return _ledger.Of(peer, _time.GetUtcNow());
        }
    }

    /// <summary>What is thought of everybody about whom there is evidence, the best first.</summary>
    public IReadOnlyList<PeerStanding> All()
    {
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            return [.. _ledger.Peers.Where(p => p != _self).Select(p => _ledger.Of(p, now))
                .OrderBy(s => s.IsExcluded).ThenByDescending(s => s.Score).ThenBy(s => s.Peer)];
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

    /// <summary>The verdicts on work that was done for this node, the oldest first.</summary>
    /// <param name="wanted">Which ones, by what they come to.</param>
    /// <param name="holds">Which of those, by what they hold; null for all.</param>
    internal IReadOnlyList<RevealedVerdict> OwnVerdicts(
        Func<Observation, bool> wanted, Func<RevealedVerdict, bool>? holds = null)
    {
        string[] ids;
        lock (_lock)
        {
            ids =
            [
                .. _book.All.Select(r => r.Observation)
                    .Where(o => o.Aggregator == _self && o.Finding is not null && wanted(o))
                    .OrderBy(o => o.At).Select(o => o.Id),
            ];
        }

        return [.. ids.Select(_table.Find).OfType<byte[]>()
            .Select(b => EvidenceBytes.TryRead(b)?.Verdict).OfType<RevealedVerdict>()
            .Where(v => holds?.Invoke(v) ?? true)];
    }

    /// <summary>Takes a fact in whose making this node had a part: durable when it returns, then told to others.</summary>
    /// <exception cref="ArgumentException">Something is wrong with it; says what.</exception>
    public Task RecordOwnAsync(Core.Schemas.Evidence fact, CancellationToken cancellationToken) =>
        RecordOwnAsync(fact, _table.AddAsync, cancellationToken);

    /// <summary>The same for facts of which there are many, and for which nobody waits: each is written along with others.
    /// </summary>
    /// <exception cref="ArgumentException">Something is wrong with it; says what.</exception>
    internal Task RecordOwnSoonAsync(Core.Schemas.Evidence fact, CancellationToken cancellationToken) =>
        RecordOwnAsync(fact, _table.AddSoonAsync, cancellationToken);

    /// <summary>Takes a fact in that another node told.</summary>
    /// <param name="bytes">As they came.</param>
    /// <param name="from">Who told it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal async Task<EvidenceReception> ReceiveAsync(
        ReadOnlyMemory<byte> bytes, PeerId from, CancellationToken cancellationToken)
    {
        if (!_gate.AdmitsPeer(from, IsPartner(from)))
        {
            return new EvidenceReception(EvidenceOutcome.Ignored, "its sender tells more than is listened to");
        }

        if (_check.FindProblem(bytes.Span, _time.GetUtcNow(), out CheckedEvidence? evidence) is { } problem)
        {
            LogRefused(from, problem.Step, problem.Message);
            return new EvidenceReception(
                problem.Provable ? EvidenceOutcome.Rejected : EvidenceOutcome.Ignored,
                $"{problem.Step}: {problem.Message}");
        }

        Observation seen = evidence!.Observation;
        if (IsKnown(seen.Id))
        {
            return new EvidenceReception(EvidenceOutcome.Ignored, "it is known");
        }

        if (!_gate.AdmitsAuthor(seen.Aggregator))
        {
            return new EvidenceReception(EvidenceOutcome.Ignored, "its author tells more than is listened to");
        }

        // In what this node had a part it has itself; what others say of it is for others to weigh.
        if (seen.Aggregator == _self || seen.Provider == _self)
        {
            return EvidenceReception.Accepted;
        }

        try
        {
            await KeepAsync(new EvidenceRecord(seen, Own: false), evidence.Canonical, _table.AddAsync, cancellationToken)
                .ConfigureAwait(false);
            return EvidenceReception.Accepted;
        }
        catch (JournalException full)
        {
            return new EvidenceReception(EvidenceOutcome.Ignored, full.Message);
        }
    }

    /// <summary>Notes how an auditor did that this node asked: durable when it returns, and told to nobody.</summary>
    public async Task RecordAuditorAsync(
        PeerId auditor, AuditorFinding finding, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _time.GetUtcNow();
        await _table.AddFindingAsync(auditor, finding, now, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _ledger.Add(auditor, finding, now);
        }

        Changed?.Invoke(auditor);
    }

    public async ValueTask DisposeAsync()
    {
        await _publisher.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    private async Task RecordOwnAsync(Core.Schemas.Evidence fact, WriteFact write, CancellationToken cancellationToken)
    {
        if (_archive.FindProblem(fact, _time.GetUtcNow(), out CheckedEvidence? evidence) is { } problem)
        {
            throw new ArgumentException($"This is no evidence ({problem.Step}): {problem.Message}.", nameof(fact));
        }

        bool own = evidence!.Observation.Aggregator == _self || evidence.Observation.Provider == _self;
        if (await KeepAsync(new EvidenceRecord(evidence.Observation, own), evidence.Canonical, write, cancellationToken)
            .ConfigureAwait(false))
        {
            _publisher.Enqueue(evidence);
        }
    }

    private async Task<bool> KeepAsync(
        EvidenceRecord record, ReadOnlyMemory<byte> canonical, WriteFact write, CancellationToken cancellationToken)
    {
        if (IsKnown(record.Observation.Id))
        {
            return false;
        }

        await write(record, canonical, _arithmetic, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> forgotten = Count(record);
        if (forgotten.Count > 0)
        {
            await _table.RemoveAsync(forgotten, cancellationToken).ConfigureAwait(false);
        }

        Changed?.Invoke(record.Observation.Provider);
        return true;
    }

    /// <summary>Lets a durable fact count; returns those that are forgotten for it.</summary>
    private IReadOnlyList<string> Count(EvidenceRecord record)
    {
        DateTimeOffset now = _time.GetUtcNow();
        lock (_lock)
        {
            if (_book.Add(record))
            {
                _ledger.Add(record.Observation);
            }

            List<string> forgotten = [.. _book.MakeRoom(record, peer => _ledger.WeightOf(peer, now))];
            if (now >= _expireAt)
            {
                _expireAt = now + ExpiryInterval;
                forgotten.AddRange(_book.Expire(now));
            }

            forgotten.ForEach(id => _ledger.Remove(id));
            return forgotten;
        }
    }

    private bool IsKnown(string id)
    {
        lock (_lock)
        {
            return _book.Contains(id);
        }
    }

    private bool IsPartner(PeerId peer)
    {
        lock (_lock)
        {
            return _ledger.WeightOf(peer, _time.GetUtcNow()) > 0;
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (EvidenceRecord record in _table.Standing(_arithmetic))
        {
            _book.Add(record);
            _ledger.Add(record.Observation);
        }

        var again = new List<Observation>();
        var unfit = new List<string>();
        foreach ((string id, bool own, byte[] fact) in _table.WithoutStanding(_arithmetic))
        {
            // It was checked when it came, but it lay in a file since. That it has grown old is no fault.
            if (_archive.FindProblem(fact, _time.GetUtcNow(), out CheckedEvidence? evidence) is not null
                || evidence!.Observation.Id != id)
            {
                unfit.Add(id);
            }
            else
            {
                _book.Add(new EvidenceRecord(evidence.Observation, own));
                _ledger.Add(evidence.Observation);
                again.Add(evidence.Observation);
            }
        }

        foreach ((PeerId auditor, AuditorFinding finding, DateTimeOffset at) in _table.Findings())
        {
            _ledger.Add(auditor, finding, at);
        }

        if (again.Count + unfit.Count > 0)
        {
            LogRebuilt(again.Count, unfit.Count);
            await _table.RestoreStandingAsync(again, _arithmetic, cancellationToken).ConfigureAwait(false);
            await _table.RemoveAsync(unfit, cancellationToken).ConfigureAwait(false);
        }
    }

    private delegate Task WriteFact(
        EvidenceRecord record, ReadOnlyMemory<byte> fact, string arithmetic, CancellationToken cancellationToken);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Evidence from {Peer} was refused ({Step}): {Reason}")]
    private partial void LogRefused(PeerId peer, string step, string reason);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Worked out again what {Count} pieces of evidence come to; {Unfit} were no evidence any more")]
    private partial void LogRebuilt(int count, int unfit);
}
