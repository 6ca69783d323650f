using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// Writes a job's events in order, beside the job: who watches sees them once they are durable. What happens in one turn of
/// the job's loop is written at its end, in one commit. An event that can't be written is not worth stopping the job for. Used
/// by the job's loop alone.
/// </summary>
internal sealed class JobEvents(JobRecord job, NodeJournal journal, JobBook book, JobSignal signal, TimeProvider time)
{
    private long _sequence = journal.Events.LastSequence(job.Row);
    private List<JobEvent> _happened = [];
    private Task _last = Task.CompletedTask;

    public void Add(string type, string message, PeerId? peer = null, long? shard = null) => _happened.Add(new JobEvent
    {
        Sequence = ++_sequence,
        At = time.GetUtcNow(),
        Type = type,
        Message = message,
        PeerId = peer?.ToString(),
        Shard = shard,
        DoneItems = book.Done,
        TotalItems = job.Total,
    });

    /// <summary>Begins to write what was added. To be called before anything is waited for.</summary>
    public void Post()
    {
        if (_happened.Count > 0)
        {
            _last = WriteAsync(_last, _happened);
            _happened = [];
        }
    }

    /// <summary>Completes when all events so far are durable or given up.</summary>
    public Task FlushAsync()
    {
        Post();
        return _last;
    }

    private async Task WriteAsync(Task before, List<JobEvent> happened)
    {
        Task written = journal.Events.AddAsync(job.Row, happened, CancellationToken.None);
        await before.ConfigureAwait(false);
        try
        {
            await written.ConfigureAwait(false);
            signal.Pulse();
        }
        catch (JournalException)
        {
            // The journal's problem is shown in the node's status.
        }
    }
}
