using Infernet.Core.Api;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Redundancy;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>Translates between a job's record and the dispatcher's numbers and outcomes. Pure.</summary>
internal static class RunPlan
{
    /// <summary>The rules for a job.</summary>
    public static DispatchOptions OptionsOf(JobOffer offer, RunOptions options, IReadOnlyList<long>? promptTokens)
    {
        Core.Jobs.JobSpecification specification = offer.Job.Specification;
        var defaults = new DispatchOptions();
        int copies = offer.Job.IsRedundant ? specification.Verification.Copies : 1;
        // A shard's tokens are listed beside its receipt, in one message.
        int most = Math.Clamp(
            JobProtocol.MaxTokensPerShard / Math.Max(1, offer.MaxTokens), 1, JobProtocol.MaxShardItems);
        return defaults with
        {
            ShardSize = specification.Sharding.ShardSize is { } asked ? Math.Min(asked, most) : null,
            Copies = copies,
            MaxCopies = copies > 1 ? copies + BallotDesk.MaxTieBreakers : 1,
            MaxAttempts = specification.Sharding.MaxAttempts,
            MaxTokensPerItem = offer.MaxTokens,
            TokenBudget = specification.TokenBudget,
            PromptTokens = promptTokens ?? [],
            Deadline = offer.Job.Deadline,
            MaxShardItems = Math.Min(defaults.MaxShardItems, most),
            NoProviderTimeout = options.NoProviderTimeout,
        };
    }

    /// <summary>
    /// The first shard's id of a run. Each run has ids of its own, so that no two receipts of one provider are about
    /// the same shard and attempt, whatever a crash made this node forget.
    /// </summary>
    public static long FirstShardOf(JobRecord job) => (long)job.Runs << 32;

    public static AttemptRecord RecordOf(DispatchAction.EndAttempt end, DateTimeOffset now) => new()
    {
        Shard = end.Attempt.Shard,
        Attempt = end.Attempt.Attempt,
        Provider = end.Peer.ToString(),
        Items = end.Items,
        Outcome = end.Outcome switch
        {
            AttemptOutcome.Done => AttemptRecord.Done,
            AttemptOutcome.Cancelled => AttemptRecord.Cancelled,
            _ => AttemptRecord.Failed,
        },
        Reason = end.Reason,
        EndedAt = now,
    };

    /// <summary>The state and the error that a job ends with.</summary>
    public static (string State, ApiError? Error) EndOf(DispatchAction.Finish finish, int done, JobRecord job)
    {
        string early = done > 0 ? JobState.Partial : JobState.Failed;
        string share = $"{done} of {job.Total} items have an answer";
        return finish.Outcome switch
        {
            DispatchOutcome.Done => (JobState.Done, null),
            DispatchOutcome.Cancelled => (JobState.Cancelled, null),
            DispatchOutcome.DeadlinePassed => (early, new ApiError
            {
                Code = "deadline", Message = $"The deadline of {job.Specification.Deadline} passed; {share}",
            }),
            DispatchOutcome.BudgetSpent => (early, new ApiError
            {
                Code = "budget",
                Message = $"The budget of {job.Specification.TokenBudget} tokens has not enough left for another item "
                    + $"of up to {job.Specification.Sampling.MaxTokens}; {share}",
            }),
            DispatchOutcome.FundsSpent => (early, new ApiError
            {
                Code = "budget", Message = $"{finish.Details[0]}; {share}",
            }),
            DispatchOutcome.NoProviders => (JobState.Failed, new ApiError
            {
                Code = "unreachable",
                Message = $"No provider is left, and none came in time; {share}",
                Details = finish.Details,
            }),
            DispatchOutcome.AnswersWrong => (JobState.Failed, new ApiError
            {
                Code = "job-failed",
                Message = $"{finish.Details[0]}; {share}",
                Details = finish.Details,
            }),
            _ => (JobState.Failed, new ApiError
            {
                Code = "job-failed",
                Message = $"A shard failed {finish.Details.Count} times, the last time: {finish.Details[^1]}; {share}",
                Details = finish.Details,
            }),
        };
    }

    public static ApiError ErrorOf(Exception failure) => failure switch
    {
        JournalException { DiskFull: true } => new ApiError { Code = "disk-full", Message = failure.Message },
        ComparisonException => new ApiError { Code = "job-failed", Message = failure.Message },
        _ => new ApiError { Code = "internal", Message = $"The journal could not be written: {failure.Message}" },
    };
}
