using Infernet.Core.Api;
using Infernet.Core.Jobs;

namespace Infernet.Daemon.Jobs;

/// <summary>Jobs that were submitted to this node: journals, runs, resumes and answers for them.</summary>
public sealed class JobService
{
    /// <summary>Journals the job, starts it, and answers at once.</summary>
    /// <exception cref="ApiException">The model is unknown (says which are served), or no peer is suitable.</exception>
    public Task<JobStatus> SubmitAsync(JobSpecification specification, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public IReadOnlyList<JobStatus> List() => throw new NotImplementedException();

    /// <summary>Finds a job by its id or by a prefix that only one id has.</summary>
    /// <exception cref="ApiException">There is no such job, or several.</exception>
    public JobStatus Get(string id) => throw new NotImplementedException();

    /// <summary>The job's events after the given sequence number, as they happen, until the job ends.</summary>
    public IAsyncEnumerable<JobEvent> WatchAsync(string id, long after, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>
    /// Results in the order of the inputs; with <paramref name="follow"/> waits for each until the job ends, without
    /// it answers those that there are.
    /// </summary>
    public IAsyncEnumerable<JobResult> ResultsAsync(string id, bool follow, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    public IReadOnlyList<ReceiptView> Receipts(string id) => throw new NotImplementedException();

    public Task<JobStatus> CancelAsync(string id, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Goes on with a job that failed, was cancelled, or ended partially: only what has no answer yet runs.</summary>
    public Task<JobStatus> ResumeAsync(string id, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
