using Infernet.Core.Api;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Journal;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>How a job ends: with its state, its error and its totals in the journal, or by what keeps it from that.
/// </summary>
internal sealed partial class JobEnding(RunServices services, JobRecord job, JobBook book, JobEvents events)
{
    private readonly ILogger _log = services.Log;

    /// <summary>What stopped the job, other than the dispatcher; null if nothing did.</summary>
    public ApiError? Failure { get; private set; }

    /// <summary>How the job ended, if that could not be written; null otherwise.</summary>
    public JobStatus? Unwritten { get; private set; }

    /// <summary>The journal or a comparison failed: the first failure is the one to tell of.</summary>
    public void Break(Exception failure) => Failure ??= RunPlan.ErrorOf(failure);

    /// <summary>A defect of this program ends the one job, with its answers kept, and says so.</summary>
    public void Break(Exception defect, string words)
    {
        LogBroken(defect, job.Name);
        Failure = new ApiError { Code = "internal", Message = words };
    }

    /// <summary>Writes the end.</summary>
    /// <param name="finish">How the dispatcher ended it.</param>
    /// <param name="unpaid">What is owed and could not be paid, as a sentence; null if nothing is.</param>
    public async Task WriteAsync(DispatchAction.Finish? finish, string? unpaid = null)
    {
        DateTimeOffset now = services.Time.GetUtcNow();
        (string state, ApiError? error) = Failure is null
            ? RunPlan.EndOf(finish!, book.Done, job)
            : (JobState.Failed, Failure);
        if (unpaid is not null && state != JobState.Failed)
        {
            // All answers may be there, and yet the job is not done: resuming it pays.
            (state, error) = (JobState.Partial, new ApiError { Code = "budget", Message = unpaid });
        }

        book.TrySetState(state);
        try
        {
            await services.Journal.Audits.AbandonAsync(
                job.Row, "the job ended before it was judged", CancellationToken.None).ConfigureAwait(false);
            book.AuditsAbandoned();
            JobStatus status = book.Status(now, error);
            events.Add("end", error?.Message ?? $"{status.DoneItems} of {status.TotalItems} items have an answer");
            await events.FlushAsync().ConfigureAwait(false);
            await services.Journal.Jobs.FinishAsync(job.Row, status, now, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (JournalException full)
        {
            Unwritten = book.Status(now, error);
            LogNotFinished(job.Name, full.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job} stopped by a defect")]
    private partial void LogBroken(Exception broken, string job);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of job {Job} could not be journaled: {Reason}")]
    private partial void LogNotFinished(string job, string reason);

}
