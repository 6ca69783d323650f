using System.Threading.Channels;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// Journals how attempts ended, with what they brought, beside the job's loop: many in one commit. The loop hears of
/// each once it is durable. Used by the loop alone.
/// </summary>
/// <param name="job">Whose attempts.</param>
/// <param name="outputs">Where they are written.</param>
/// <param name="time">The clock.</param>
/// <param name="payments">Pays for what is written; null where nothing is paid.</param>
/// <param name="inbox">Where the loop hears of it.</param>
/// <param name="stopping">The node stops.</param>
internal sealed class AttemptJournal(
    JobRecord job, OutputTable outputs, TimeProvider time, ShardPayments? payments, ChannelWriter<RunEvent> inbox,
    CancellationToken stopping)
{
    private readonly Dictionary<AttemptId, Task> _writing = [];

    /// <summary>Whether something is on its way to the disk.</summary>
    public bool IsBusy => _writing.Count > 0;

    /// <summary>Completes when all that was given until now is durable, and the loop was told.</summary>
    public Task FlushAsync() => Task.WhenAll(_writing.Values);

    /// <summary>Begins to write.</summary>
    public void Add(DispatchAction.EndAttempt end, Delivery? delivery, AuditOrder? audit, ProviderConnection? from) =>
        _writing[end.Attempt] = WriteAsync(end, delivery, audit, from);

    /// <summary>The loop has heard of it.</summary>
    public void Remove(AttemptId attempt) => _writing.Remove(attempt);

    private async Task WriteAsync(
        DispatchAction.EndAttempt end, Delivery? delivery, AuditOrder? audit, ProviderConnection? from)
    {
        Exception? failure = null;
        RunEvent.Decided? payment = null;
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            Task writing = outputs.AddShardAsync(
                job.Row,
                delivery is null ? [] : [.. end.Accepted.Select(i => delivery.Outputs[i])],
                delivery?.Receipt,
                RunPlan.RecordOf(end, now),
                audit is null ? null : delivery!.Material.Open(audit, now),
                asVotes: job.IsRedundant,
                CancellationToken.None);
            Task<RunEvent.Decided>? paying =
                delivery is null || audit is not null ? null : payments?.Pay(end, delivery, from);
            // Both end with one commit; who waits for the later one is woken once.
            payment = paying is null ? null : await paying.ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is JournalException or InvalidOperationException)
        {
            failure = failed;
        }

        try
        {
            await inbox.WriteAsync(new RunEvent.Journaled(end, delivery, audit, from, failure, payment), stopping)
                .ConfigureAwait(false);
        }
        catch (Exception over) when (over is OperationCanceledException or ChannelClosedException)
        {
            // The node stops; the journal has it.
        }
    }
}
