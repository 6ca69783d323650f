using System.Security.Cryptography;
using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Models;

namespace Infernet.Daemon.Jobs;

/// <summary>What happens before a job runs: its model and its providers are found, and it is journaled.</summary>
internal sealed class JobSubmission(RunServices services, ModelNames names)
{
    /// <summary>The model that a job names.</summary>
    /// <exception cref="ApiException">Nobody is known to serve it; says what is served.</exception>
    public async Task<Cid> ResolveAsync(string model, CancellationToken cancellationToken)
    {
        try
        {
            return names.Resolve(model);
        }
        catch (ApiException unknown) when (unknown.Error.Code == "not-found")
        {
            // A peer may have begun to serve it since it was asked.
            await services.Candidates.AskConnectedAsync(cancellationToken).ConfigureAwait(false);
            return names.Resolve(model);
        }
    }

    /// <summary>What a job may spend.</summary>
    /// <exception cref="ApiException">Its amounts make no sense on this node.</exception>
    public Task<SpendingPlan> PlanAsync(JobSpecification specification, CancellationToken cancellationToken) =>
        SpendingPlan.ReadAsync(services.Payer, specification, cancellationToken);

    /// <summary>Who can work on a job.</summary>
    /// <exception cref="ApiException">Too few can; says of each why not.</exception>
    public async Task<Match> MatchAsync(
        JobSpecification specification, Cid model, SpendingPlan plan, CancellationToken cancellationToken)
    {
        int least = specification.Verification.Mode == VerificationMode.Redundant
            ? Math.Max(specification.Sharding.MinProviders, specification.Verification.Copies)
            : specification.Sharding.MinProviders;
        Match match = services.Candidates.Known(specification.Requirements, model, plan.Terms);
        if (match.Suitable.Count < least)
        {
            match = await services.Candidates
                .SearchAsync(specification.Requirements, model, plan.Terms, least, cancellationToken).ConfigureAwait(false);
        }

        return Matcher.FindShortage(match, least) is { } shortage ? throw new ApiException(shortage) : match;
    }

    /// <summary>Journals a new job with its inputs.</summary>
    public Task<JobRecord> AddAsync(JobSpecification specification, Cid model, CancellationToken cancellationToken)
    {
        var items = new Item[specification.Inputs.Count];
        var labels = new string?[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = JobItems.Of(specification.Kind, i, specification.Inputs[i]);
            labels[i] = specification.Inputs[i].Id;
        }

        DateTimeOffset now = services.Time.GetUtcNow();
        return Durably(() => services.Journal.Jobs.AddAsync(
            new JobRecord
            {
                Row = 0,
                Id = RandomNumberGenerator.GetBytes(JobProtocol.JobIdLength),
                CreatedAt = now,
                StartedAt = now,
                State = JobState.Matching,
                Specification = specification with { Inputs = [] },
                ModelCid = model.ToString(),
                Total = items.Length,
                Runs = 1,
            },
            labels, items, specification.Inputs[0], cancellationToken));
    }

    /// <summary>Journals that a job is started again by its submitter.</summary>
    public async Task<JobRecord> BeginAgainAsync(JobRecord job, CancellationToken cancellationToken)
    {
        DateTimeOffset now = services.Time.GetUtcNow();
        await services.Journal.Jobs.SetBudgetAsync(job.Row, job.Specification, cancellationToken).ConfigureAwait(false);
        int runs = await Durably(() => services.Journal.Jobs.BeginRunAsync(job.Row, now, cancellationToken))
            .ConfigureAwait(false);
        return job with { Runs = runs, StartedAt = now, FinishedAt = null, Status = null };
    }

    private static async Task<T> Durably<T>(Func<Task<T>> write)
    {
        try
        {
            return await write().ConfigureAwait(false);
        }
        catch (JournalException full)
        {
            throw new ApiException(RunPlan.ErrorOf(full), full);
        }
    }
}
