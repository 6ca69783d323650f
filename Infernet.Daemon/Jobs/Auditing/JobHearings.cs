using System.Collections.Concurrent;
using System.Threading.Channels;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Audits.Paying;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>
/// Lets the audits of a job be heard, beside its loop, and tells the loop how each ended. What auditors are shown comes
/// from the journal when it is their turn, so that audits that wait take no memory.
/// </summary>
internal sealed class JobHearings(
    long row, Cid model, AuditCourt court, NodeJournal journal, AuditMeans? means, ChannelWriter<RunEvent> events)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<AuditDue>> _dues = new();

    private readonly CancellationTokenSource _closing = new();
    private readonly Dictionary<string, (Task Running, CancellationTokenSource Withdrawn)> _out = [];

    /// <summary>Begins a hearing.</summary>
    /// <param name="order">Of what.</param>
    /// <param name="leftOver">Whether an earlier run of the job left it.</param>
    public void Start(AuditOrder order, bool leftOver = false)
    {
        var withdrawn = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        _out[order.Key] = (Task.Run(() => HearAsync(order, leftOver, withdrawn.Token)), withdrawn);
    }

    /// <summary>What the auditors of a hearing that ended are due; for the caller to settle, and once.</summary>
    public IReadOnlyList<AuditDue> TakeDues(string key) =>
        _dues.TryRemove(key, out IReadOnlyList<AuditDue>? dues) ? dues : [];

    /// <summary>A hearing is over, or of no interest any more.</summary>
    public void End(AuditOrder order)
    {
        if (_out.TryGetValue(order.Key, out (Task Running, CancellationTokenSource Withdrawn) hearing))
        {
            hearing.Withdrawn.Cancel();
        }

        foreach ((string key, (Task running, CancellationTokenSource withdrawn)) in _out
            .Where(o => o.Value.Running.IsCompleted).ToList())
        {
            _out.Remove(key);
            withdrawn.Dispose();
        }
    }

    /// <summary>
    /// Ends all hearings; those that were not heard are still pending in the journal. Who judged what nobody waits for any
    /// more is paid all the same.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_out.Values.Select(o => o.Running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach ((_, CancellationTokenSource withdrawn) in _out.Values)
        {
            withdrawn.Dispose();
        }

        foreach (string key in _dues.Keys)
        {
            court.Settle(TakeDues(key), areJournaled: false);
        }

        _closing.Dispose();
    }

    private async Task HearAsync(AuditOrder order, bool leftOver, CancellationToken cancellationToken)
    {
        RunEvent ended;
        try
        {
            HearingResult result = await court.HearAsync(() => Open(order, leftOver), cancellationToken).ConfigureAwait(false);
            _dues[order.Key] = result.Dues;
            ended = new RunEvent.Heard(order.Key, result);
        }
        catch (JournalException unreadable)
        {
            ended = new RunEvent.Broken(unreadable);
        }
        catch (Exception defect) when (defect is not OperationCanceledException)
        {
            ended = new RunEvent.Defect(defect);
        }

        await events.WriteAsync(ended, cancellationToken).ConfigureAwait(false);
    }

    private AuditCase Open(AuditOrder order, bool leftOver)
    {
        AuditRecord audit = journal.Audits.Find(row, order.Receipt)
            ?? throw new JournalException($"The audit of shard {order.Shard} is missing in the journal");
        var subject = new AuditCase
        {
            Provider = order.Provider,
            Model = model,
            Request = AuditRequest.Parser.ParseFrom(audit.Request),
            OpenedAt = audit.OpenedAt,
            IsLeftOver = leftOver,
        };
        return means?.For(subject, audit) ?? subject;
    }
}
