using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Jobs;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Models;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Jobs;

/// <summary>Jobs that were submitted to this node: journals, runs, resumes and answers for them.</summary>
public sealed partial class JobService : IAsyncDisposable
{
    private const int LargeJob = 1_000;

    private readonly RunServices _services;
    private readonly JobFollowing _following;
    private readonly JobSubmission _submission;
    private readonly ConcurrentDictionary<long, JobRun> _runs = new();
    private readonly ConcurrentDictionary<JobRun, Task> _reaping = new();
    private readonly ConcurrentDictionary<long, JobStatus> _unwrittenEnds = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _restoring = Task.CompletedTask;
    private Task _revealing = Task.CompletedTask;

    internal JobService(RunServices services, ModelNames names)
    {
        (_services, _submission) = (services, new JobSubmission(services, names));
        _following = new JobFollowing(
            services.Journal, new JobMarks(services.Journal, services.Identity.Id),
            row => _runs.GetValueOrDefault(row));
    }

    /// <summary>Jobs that run.</summary>
    internal int Active => _runs.Count;

    /// <summary>Raised with the nodes that a large job is about to use. Must return at once.</summary>
    internal event Action<IEnumerable<PeerId>>? LargeJobMatched;

    /// <summary>Journals the job, starts it, and answers at once.</summary>
    /// <exception cref="ApiException">The model is unknown (says which are served), or no peer is suitable.</exception>
    public async Task<JobStatus> SubmitAsync(JobSpecification specification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specification);
        Cid model = await _submission.ResolveAsync(specification.Model, cancellationToken).ConfigureAwait(false);
        SpendingPlan plan = await _submission.PlanAsync(specification, cancellationToken).ConfigureAwait(false);
        Match match = await _submission.MatchAsync(specification, model, plan, cancellationToken).ConfigureAwait(false);
        if (specification.Inputs.Count >= LargeJob)
        {
            LargeJobMatched?.Invoke(match.Suitable.Select(c => c.Peer));
        }

        JobRecord job = await _submission.AddAsync(specification, model, cancellationToken).ConfigureAwait(false);
        return Run(job, match, plan).Status();
    }

    public IReadOnlyList<JobStatus> List() => [.. _services.Journal.Jobs.List().Select(StatusOf)];

    /// <summary>Finds a job by its id or by a prefix that only one id has.</summary>
    /// <exception cref="ApiException">There is no such job, or several.</exception>
    public JobStatus Get(string id) => StatusOf(Find(id));

    /// <summary>The job's events after the given sequence number, as they happen, until the job ends.</summary>
    public async IAsyncEnumerable<JobEvent> WatchAsync(
        string id, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await RestoredAsync(cancellationToken).ConfigureAwait(false);
        await foreach (JobEvent happened in _following.WatchAsync(Find(id), after, cancellationToken)
            .ConfigureAwait(false))
        {
            yield return happened;
        }
    }

    /// <summary>
    /// Results in the order of the inputs; with <paramref name="follow"/> waits for each until the job ends, and for its
    /// audit, without it answers those that there are.
    /// </summary>
    public async IAsyncEnumerable<JobResult> ResultsAsync(
        string id, bool follow, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await RestoredAsync(cancellationToken).ConfigureAwait(false);
        await foreach (JobResult result in _following.ResultsAsync(Find(id), follow, cancellationToken)
            .ConfigureAwait(false))
        {
            yield return result;
        }
    }

    public IReadOnlyList<ReceiptView> Receipts(string id) =>
        [.. _services.Journal.Outputs.Receipts(Find(id).Row).Select(JobViews.Of)];

    public async Task<JobStatus> CancelAsync(string id, CancellationToken cancellationToken)
    {
        await RestoredAsync(cancellationToken).ConfigureAwait(false);
        JobRecord job = Find(id);
        if (!_runs.TryGetValue(job.Row, out JobRun? run))
        {
            throw new ApiException("conflict", $"Job {job.Name} does not run: it is {job.State}");
        }

        try
        {
            await run.CancelAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // It ended by itself at this moment.
        }

        await run.Completion.WaitAsync(cancellationToken).ConfigureAwait(false);
        return StatusOf(Find(job.Name));
    }

    /// <summary>
    /// Goes on with a job that failed, was cancelled, or ended partially: only what has no answer yet runs.
    /// </summary>
    /// <param name="id">The job's id, or a prefix.</param>
    /// <param name="budget">What it may pay in all from now on, as an amount's text; null to leave it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<JobStatus> ResumeAsync(string id, string? budget, CancellationToken cancellationToken)
    {
        await RestoredAsync(cancellationToken).ConfigureAwait(false);
        JobRecord job = Find(id);
        if (_runs.ContainsKey(job.Row))
        {
            throw new ApiException("conflict", $"Job {job.Name} runs already");
        }

        if (job.State == JobState.Done)
        {
            throw new ApiException("conflict", $"Job {job.Name} is done: every input has an answer");
        }

        job = budget is null ? job : job with { Specification = job.Specification with { Budget = budget } };
        SpendingPlan plan = await _submission.PlanAsync(job.Specification, cancellationToken).ConfigureAwait(false);
        Match match = await _submission
            .MatchAsync(job.Specification, Cid.Parse(job.ModelCid!), plan, cancellationToken).ConfigureAwait(false);
        JobRecord again = await _submission.BeginAgainAsync(job, cancellationToken).ConfigureAwait(false);
        return Run(again, match, plan).Status();
    }

    /// <summary>Goes on with the jobs that ran when the node stopped.</summary>
    internal void Restore() => _restoring = Task.Run(async () =>
    {
        // Nobody works under the offers of the time before.
        _revealing = _services.Reveals.RevealAsync(null, [], _stopping.Token);
        foreach (JobRecord job in _services.Journal.Jobs.Unfinished())
        {
            try
            {
                await GoOnAsync(job).ConfigureAwait(false);
            }
            catch (Exception broken) when (!_stopping.IsCancellationRequested)
            {
                // The others go on all the same; the next start of the node tries this one again.
                LogNotRestored(_services.Log, broken, job.Name);
                _unwrittenEnds[job.Row] = new JobBook(job, _services.Journal).Status() with
                {
                    State = JobState.Failed, FinishedAt = _services.Time.GetUtcNow(),
                    Error = broken is JournalException ? RunPlan.ErrorOf(broken) : new ApiError
                    {
                        Code = "internal", Message = $"The job can't go on after the node's start: {broken.Message}",
                    },
                };
            }
        }
    });

    /// <summary>Stops every job where it is; the journal has what the next start needs.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _restoring.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_runs.Values.Select(r => r.DisposeAsync().AsTask())).ConfigureAwait(false);
        await Task.WhenAll(_reaping.Values).ConfigureAwait(false);
        await _revealing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task GoOnAsync(JobRecord job)
    {
        int runs = await _services.Journal.Jobs.BeginRunAsync(job.Row, null, _stopping.Token).ConfigureAwait(false);
        SpendingPlan plan = await SpendingPlan
            .RestoreAsync(_services.Payer, job.Specification, _stopping.Token).ConfigureAwait(false);
        Match known = _services.Candidates.Known(job.Specification.Requirements, Cid.Parse(job.ModelCid!), plan.Terms);
        Run(job with { Runs = runs }, known, plan);
    }

    private JobRun Run(JobRecord job, Match match, SpendingPlan plan)
    {
        var run = new JobRun(job, Cid.Parse(job.ModelCid!), plan, _services);
        if (_stopping.IsCancellationRequested || !_runs.TryAdd(job.Row, run))
        {
            throw new ApiException("conflict", $"Job {job.Name} runs already, or the node is stopping");
        }

        _unwrittenEnds.TryRemove(job.Row, out _);
        run.Start(match);
        _reaping.TryAdd(run, ReapAsync(run));
        return run;
    }

    // A finished job is forgotten here: the journal answers for it from then on.
    private async Task ReapAsync(JobRun run)
    {
        await run.Completion
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        if (run.UnwrittenEnd is { } end)
        {
            // On a full disk the job ends all the same, and says why; the next start of the node goes on with it.
            _unwrittenEnds[run.Job.Row] = end;
        }

        _runs.TryRemove(run.Job.Row, out _);
        run.Wake();
        if (!_stopping.IsCancellationRequested)
        {
            await run.DisposeAsync().ConfigureAwait(false);
            _reaping.TryRemove(run, out _);
        }
    }

    // Right after a start, a job that goes on may not have been started yet.
    private async Task RestoredAsync(CancellationToken cancellationToken) =>
        await Task.WhenAny(_restoring).WaitAsync(cancellationToken).ConfigureAwait(false);

    private JobRecord Find(string id)
    {
        bool sensible = id is { Length: > 0 and <= 32 } && id.All(char.IsAsciiHexDigitLower);
        IReadOnlyList<JobRecord> found = sensible ? _services.Journal.Jobs.Find(id) : [];
        return found.Count switch
        {
            1 => found[0],
            0 => throw new ApiException("not-found", $"There is no job '{id}'; see 'infernet job list'"),
            _ => throw new ApiException("invalid", $"Several jobs begin with '{id}'; give more of its digits"),
        };
    }

    // Auditors of hearings that the job's end cut short are paid after it.
    private JobStatus? WithAudits(JobRecord job)
    {
        if (job.Status is not { Payment: { } payment } status)
        {
            return job.Status;
        }

        IReadOnlyList<JobAuditor> auditors = _services.Journal.AuditDues.Shares(job.Row);
        return status with
        {
            Payment = payment with
            {
                Audits = auditors.Aggregate(0ul, (sum, a) => sum + a.Amount), Auditors = auditors,
            },
        };
    }

    private JobStatus StatusOf(JobRecord job) =>
        _runs.TryGetValue(job.Row, out JobRun? run) ? run.Status()
        : _unwrittenEnds.GetValueOrDefault(job.Row) ?? WithAudits(job)
            ?? new JobBook(job, _services.Journal).Status();

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job}, which ran when the node stopped, can't go on")]
    private static partial void LogNotRestored(ILogger log, Exception broken, string job);
}
