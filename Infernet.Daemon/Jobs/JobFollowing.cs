using System.Runtime.CompilerServices;
using Infernet.Core.Api;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs;

/// <summary>Reads what happens to a job and what comes of it, as it becomes durable.</summary>
/// <param name="journal">Where it is read.</param>
/// <param name="marks">Says how each answer stands.</param>
/// <param name="running">The job, if it runs.</param>
internal sealed class JobFollowing(NodeJournal journal, JobMarks marks, Func<long, JobRun?> running)
{
    private const int PageSize = 256;

    /// <summary>The job's events after the given sequence number, as they happen, until the job ends.</summary>
    public async IAsyncEnumerable<JobEvent> WatchAsync(
        JobRecord job, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            // Taken before looking: what happens in between wakes at once.
            JobRun? run = running(job.Row);
            Task? change = run?.Events.Next;
            IReadOnlyList<JobEvent> page = journal.Events.After(job.Row, after, job.Total, PageSize);
            foreach (JobEvent happened in page)
            {
                after = happened.Sequence;
                yield return happened;
            }

            if (page.Count == 0 && change is null)
            {
                yield break;
            }

            if (page.Count == 0)
            {
                await WaitAsync(run!, change!, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Results in the order of the inputs; with <paramref name="follow"/> waits for each until the job ends, and for its
    /// audit, without it answers those that there are.
    /// </summary>
    public async IAsyncEnumerable<JobResult> ResultsAsync(
        JobRecord job, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int next = 0;
        while (true)
        {
            JobRun? run = follow ? running(job.Row) : null;
            Task? change = run?.Results.Next;
            int before = next;
            foreach ((int index, JobResult? result) in Page(job, next, whole: change is null))
            {
                next = index + 1;
                if (result is not null)
                {
                    yield return result;
                }
            }

            if (next == before && change is null)
            {
                yield break;
            }

            if (next == before)
            {
                await WaitAsync(run!, change!, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// The results from an index on; while the job runs up to the first that may still change. Null for one that was
    /// taken back between two looks at the journal.
    /// </summary>
    private IEnumerable<(int Index, JobResult? Result)> Page(JobRecord job, int from, bool whole)
    {
        IReadOnlyList<OutputRecord> outputs = journal.Outputs.List(job.Row, from, PageSize);
        IReadOnlyList<ItemVerification?> standing = marks.Of(job, outputs);
        for (int i = 0; i < outputs.Count; i++)
        {
            if (!whole && (outputs[i].Index != from + i || standing[i] is null or { State: AuditState.Pending }))
            {
                yield break;
            }

            yield return (outputs[i].Index, standing[i] is { } mark ? JobViews.Of(outputs[i], mark) : null);
        }
    }

    private static async Task WaitAsync(JobRun run, Task change, CancellationToken cancellationToken) =>
        await Task.WhenAny(change, run.Completion).WaitAsync(cancellationToken).ConfigureAwait(false);
}
