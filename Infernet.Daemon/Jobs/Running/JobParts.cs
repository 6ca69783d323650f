using System.Threading.Channels;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Jobs.Redundancy;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>What a <see cref="JobRun"/> is made of, put together from what the journal has of the job.</summary>
internal sealed class JobParts : IAsyncDisposable
{
    public JobParts(
        JobRecord job, Cid model, SpendingPlan plan, RunServices services, Channel<RunEvent> inbox, JobSignal signal,
        CancellationToken stopping)
    {
        var offer = new JobOffer(job, model);
        Book = new JobBook(job, services.Journal);
        Events = new JobEvents(job, services.Journal, Book, signal, services.Time);
        JobAccounts? accounts = services.Payer is { } payer && plan.Terms.Asset is not null
            ? new JobAccounts(
                payer, job, plan, Book.PaidSoFar, services.Journal.Jobs.PromptBounds(job.Row), offer.MaxTokens)
            : null;
        Providers = new ProviderSet(offer, services, accounts, inbox.Writer, job.Specification.Sharding.MaxProviders);
        Search = new ProviderSearch(
            job.Specification.Requirements, model, plan.Terms, Providers.Limit, services, inbox.Writer);
        Payments = accounts is null
            ? null
            : new ShardPayments(job, accounts, services, Book, Events, Providers, inbox.Writer);
        Journal = new AttemptJournal(
            job, services.Journal.Outputs, services.Time, Payments, inbox.Writer, stopping);
        Audits = new AuditDesk(services, offer, accounts, Book, Events, inbox.Writer);
        VoteTable votes = services.Journal.Votes;
        Ballots = job.IsRedundant
            ? new BallotDesk(job, votes, Book, Events, services.Time, inbox.Writer)
            : null;
        var dispatcher = new Dispatcher(
            RunPlan.OptionsOf(offer, services.Options, accounts?.PromptTokens), services.Journal.Jobs.InputSizes(job.Row),
            services.Journal.Outputs.DoneIndices(job.Row),
            job.IsRedundant ? votes.Tokens(job.Row) : Book.CompletionTokens, RunPlan.FirstShardOf(job),
            job.IsRedundant ? BallotDesk.Restored(votes, job.Row) : []);
        Dispatch = new JobDispatch(services, job, dispatcher, Book, Events, Providers, Search, Journal);
        Ending = new JobEnding(services, job, Book, Events);
    }

    public JobBook Book { get; }

    public JobEvents Events { get; }

    public ProviderSet Providers { get; }

    public ProviderSearch Search { get; }

    public AttemptJournal Journal { get; }

    public AuditDesk Audits { get; }

    /// <summary>Of redundant work; null of other.</summary>
    public BallotDesk? Ballots { get; }

    /// <summary>Null on a node without payments.</summary>
    public ShardPayments? Payments { get; }

    public JobDispatch Dispatch { get; }

    public JobEnding Ending { get; }

    /// <summary>Whether something is on its way that the job's end must wait for.</summary>
    public bool IsBusy => Journal.IsBusy || Audits.IsRuling || Ballots is { IsBusy: true };

    /// <summary>Ends them in the order in which they use each other.</summary>
    public async ValueTask DisposeAsync()
    {
        await Audits.DisposeAsync().ConfigureAwait(false);
        if (Ballots is not null)
        {
            await Ballots.DisposeAsync().ConfigureAwait(false);
        }

        await Providers.DisposeAsync().ConfigureAwait(false);
        if (Payments is not null)
        {
            await Payments.DisposeAsync().ConfigureAwait(false);
        }
    }
}
