using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Jobs.Redundancy;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// One job while it runs. A single loop feeds <see cref="JobDispatch"/> with what providers, auditors, the journal and
/// the clock bring. <see cref="AttemptJournal"/> writes outputs beside the loop, <see cref="AuditDesk"/> has them
/// judged, <see cref="ProviderSet"/> keeps the connections and <see cref="ProviderSearch"/> finds more. The job ends
/// when the last answer is durable and no judgement is pending; <see cref="JobEnding"/> writes how.
/// Stopping the node leaves the job as it is in the journal, and the next start goes on with it.
/// </summary>
internal sealed class JobRun : IAsyncDisposable
{
    private readonly RunServices _services;
    private readonly JobRecord _job;
    private readonly JobDispatch _dispatch;
    private readonly JobEnding _ending;
    private readonly JobBook _book;
    private readonly JobEvents _events;
    private readonly ProviderSet _providers;
    private readonly ProviderSearch _search;
    private readonly AttemptJournal _journal;
    private readonly AuditDesk _desk;
    private readonly BallotDesk? _ballots;
    private readonly ShardPayments? _payments;
    private readonly Channel<RunEvent> _inbox;
    private readonly CancellationTokenSource _stopping = new();
    private Match? _match;
    private string? _spent;
    private Task _running = Task.CompletedTask;
    private Task _revealing = Task.CompletedTask;

    public JobRun(JobRecord job, Cid model, SpendingPlan plan, RunServices services)
    {
        (_job, _services) = (job, services);
        var offer = new JobOffer(job, model);
        _inbox = Channel.CreateBounded<RunEvent>(services.Options.MaxWaitingEvents);
        _book = new JobBook(job, services.Journal);
        _events = new JobEvents(job, services.Journal, _book, Signal, services.Time);
        JobAccounts? accounts = services.Payer is { } payer && plan.Terms.Asset is not null
            ? new JobAccounts(
                payer, job, plan, _book.PaidSoFar, services.Journal.Jobs.PromptBounds(job.Row), offer.MaxTokens)
            : null;
        _providers = new ProviderSet(offer, services, accounts, _inbox.Writer, job.Specification.Sharding.MaxProviders);
        _search = new ProviderSearch(
            job.Specification.Requirements, model, plan.Terms, _providers.Limit, services, _inbox.Writer);
        _payments = accounts is null
            ? null
            : new ShardPayments(job, accounts, services, _book, _events, _providers, _inbox.Writer);
        _journal = new AttemptJournal(
            job, services.Journal.Outputs, services.Time, _inbox.Writer, _stopping.Token);
        _desk = new AuditDesk(services, offer, _book, _events, _inbox.Writer);
        VoteTable votes = services.Journal.Votes;
        _ballots = job.IsRedundant
            ? new BallotDesk(job, votes, _book, _events, services.Time, _inbox.Writer)
            : null;
        var dispatcher = new Dispatcher(
            RunPlan.OptionsOf(offer, services.Options, accounts?.PromptTokens), services.Journal.Jobs.InputSizes(job.Row),
            services.Journal.Outputs.DoneIndices(job.Row),
            job.IsRedundant ? votes.Tokens(job.Row) : _book.CompletionTokens, RunPlan.FirstShardOf(job),
            job.IsRedundant ? BallotDesk.Restored(votes, job.Row) : []);
        _dispatch = new JobDispatch(services, job, dispatcher, _book, _events, _providers, _search, _journal);
        _ending = new JobEnding(services, job, _book, _events);
    }

    public JobRecord Job => _job;

    /// <summary>Wakes those who follow the job.</summary>
    public JobSignal Signal { get; } = new();

    /// <summary>Completes when the job has ended and its end is durable, or when the node stops.</summary>
    public Task Completion => _running;

    public JobStatus Status() => _book.Status();

    /// <summary>How the job ended, if that could not be written; null otherwise.</summary>
    public JobStatus? UnwrittenEnd => _ending.Unwritten;

    /// <summary>Starts with the nodes that were matched.</summary>
    public void Start(Match match)
    {
        _desk.Forecast(match);
        _payments?.Forecast(match);
        _running = Task.Run(() => RunAsync(match));
    }

    /// <summary>Asks the job to end; <see cref="Completion"/> says when it has.</summary>
    public ValueTask CancelAsync(CancellationToken cancellationToken) =>
        _inbox.Writer.WriteAsync(new RunEvent.Happened(new DispatchEvent.CancelRequested()), cancellationToken);

    /// <summary>Stops without ending the job.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync(Match match)
    {
        _events.Add("state", $"Looking for providers of {_job.Specification.Model}");
        using var searchStopped = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        Task searching = _search.RunAsync(searchStopped.Token);
        try
        {
            _dispatch.TakeAll(_desk.Restore());
            _dispatch.TakeAll(_ballots?.Restore() ?? []);
            _payments?.Restore(_desk.IsConvicted);
            Handle(new RunEvent.Matched(match));
            await LoopAsync().ConfigureAwait(false);
            await _ending.WriteAsync(_dispatch.Finish, _payments?.Unpaid).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The node stops. What was accepted is given time to become durable.
            await _journal.FlushAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception broken)
        {
            _ending.Break(broken, "The job stopped by a defect; the log has it");
            await _ending.WriteAsync(null).ConfigureAwait(false);
        }
        finally
        {
            await searchStopped.CancelAsync().ConfigureAwait(false);
            _inbox.Writer.TryComplete();
            await searching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _desk.DisposeAsync().ConfigureAwait(false);
            if (_ballots is not null)
            {
                await _ballots.DisposeAsync().ConfigureAwait(false);
            }

            await _providers.DisposeAsync().ConfigureAwait(false);
            if (_payments is not null)
            {
                await _payments.DisposeAsync().ConfigureAwait(false);
            }

            await CloseAsync().ConfigureAwait(false);
            Signal.Pulse();
        }
    }

    // Nobody works for the job any more, so that all of its secrets may be opened. A node that stops has no time for
    // that; its next start does it.
    private async Task CloseAsync()
    {
        await _revealing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_stopping.IsCancellationRequested)
        {
            await _services.Reveals.RevealAsync(_job.Row, [], _stopping.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await _events.FlushAsync().ConfigureAwait(false);
    }

    private async Task LoopAsync()
    {
        while (_dispatch.Finish is null || _journal.IsBusy || _desk.IsRuling || _ballots is { IsBusy: true }
            || _payments?.TryRelease() == true)
        {
            if (_dispatch.Finish is not null)
            {
                _ballots?.Stop();
            }

            RunEvent happened = await _inbox.Reader.ReadAsync(_stopping.Token).ConfigureAwait(false);
            Handle(happened);
            LookAfterFunds();
            if (_dispatch.IsStalled && !_journal.IsBusy)
            {
                // What has arrived is on the disk, and was cast.
                _dispatch.IsStalled = false;
                _dispatch.TakeAll(_ballots!.CountIncomplete());
            }
        }
    }

    private void Handle(RunEvent happened)
    {
        switch (happened)
        {
            case RunEvent.Happened something:
                Advance(something);
                break;
            case RunEvent.Declined declined:
                _book.SetProvider(declined.Peer, "declined", declined.Reason);
                if (declined.Unfunded is { } unfunded)
                {
                    _payments?.Refused(unfunded);
                }

                _events.Add("provider-declined", $"Declined: {declined.Reason}", declined.Peer);
                break;
            case RunEvent.CreditRaised raised:
                _dispatch.TakeAll(_payments?.Raise(raised) ?? []);
                break;
            case RunEvent.Ended ended:
                _providers.Ended(ended.Connection);
                _payments?.Ended(ended.Connection);
                Reveal();
                break;
            case RunEvent.Matched matched when _dispatch.Finish is null:
                _match = matched.Match;
                _payments?.Expect(_match);
                _providers.Connect(_match, _desk.RatePpm);
                break;
            case RunEvent.Decided decided:
                AfterDeciding(decided);
                break;
            case RunEvent.Journaled journaled:
                AfterJournaling(journaled);
                break;
            case RunEvent.Heard heard when _dispatch.Finish is null:
                _dispatch.TakeAll(_desk.Heard(heard, _journal.FlushAsync()));
                break;
            case RunEvent.Ruled ruled:
                AfterRuling(ruled);
                break;
            case RunEvent.Counted counted:
                AfterCounting(counted.Votes);
                break;
            case RunEvent.Broken broken:
                Break(broken.Failure);
                break;
            case RunEvent.Defect defect:
                ExceptionDispatchInfo.Throw(defect.Failure);
                break;
        }
    }

    private void Advance(RunEvent.Happened happened)
    {
        // A late word of a connection that was dropped must not count for the one that took its place.
        if (happened.From is { } from && !_providers.Owns(from))
        {
            return;
        }

        switch (happened.Event)
        {
            case DispatchEvent.ProviderJoined joined:
                if (joined.Paid is { } terms)
                {
                    _payments?.Join(happened.From!, terms);
                }

                _book.SetProvider(joined.Peer, "active");
                _events.Add("provider-joined", $"Takes up to {joined.MaxItems} items at a time", joined.Peer);
                break;
            case DispatchEvent.ReceiptRejected rejected:
                _events.Add("receipt-rejected", rejected.Reason, rejected.Peer, rejected.Attempt.Shard);
                break;
            case DispatchEvent.ShardDelivered delivered when _dispatch.Finish is null:
                Deliver(delivered, happened);
                return;
        }

        _dispatch.Take(happened);
    }

    // An audit is pending before its shard counts as delivered, or the job could end in between.
    private void Deliver(DispatchEvent.ShardDelivered delivered, RunEvent.Happened happened)
    {
        _dispatch.TakeAll(_payments?.Expect(happened) ?? []);
        if (!TryDeliver(delivered, happened))
        {
            _dispatch.TakeAll(_payments?.Withdraw(happened) ?? []);
        }
    }

    private bool TryDeliver(DispatchEvent.ShardDelivered delivered, RunEvent.Happened happened)
    {
        if (_ballots is not null)
        {
            _ballots.Expect();
            _dispatch.TakeAll([_ballots.Pending]);
            bool cast = _dispatch.Take(happened);
            _dispatch.TakeAll(cast ? [] : _ballots.Cast(delivered.Peer, []));
            return cast;
        }

        AuditOrder? audit = _desk.Draw(delivered, happened.Delivery!);
        if (audit is null)
        {
            return _dispatch.Take(happened);
        }

        _dispatch.TakeAll([_desk.Pending]);
        bool taken = _dispatch.Take(happened, audit);
        if (!taken)
        {
            _desk.Withdraw(audit);
            _dispatch.TakeAll([_desk.Pending]);
        }

        return taken;
    }

    private void AfterDeciding(RunEvent.Decided decided)
    {
        _dispatch.TakeAll(_payments!.Decided(decided));
        if (decided.Failure is JournalException failure)
        {
            Break(failure);
        }

        Signal.Pulse();
    }

    // Who has used up its part of the budget is offered another; when nobody can have any, the job ends.
    private void LookAfterFunds()
    {
        if (_payments is null || _dispatch.Finish is not null)
        {
            return;
        }

        foreach (PaidProvider provider in _payments.Exhausted(_dispatch.OutAt))
        {
            const string Renewed = "what was set aside for it is used up; it is offered more";
            _dispatch.Take(new RunEvent.Happened(new DispatchEvent.ProviderLost(provider.Peer, Renewed, false)));
            _payments.Ended(provider.From!);
            _providers.Forgive(provider.Peer);
            _providers.Connect(_match!, _desk.RatePpm);
        }

        string? spent = _payments.WhySpent(_dispatch.Active, _providers.Connections > _dispatch.Active);
        if (spent != _spent)
        {
            _spent = spent;
            _dispatch.TakeAll([new DispatchEvent.FundsSpent(spent)]);
        }
    }

    private void TakeVerdicts(IReadOnlyList<DispatchEvent> events)
    {
        foreach (DispatchEvent.ItemsRejected rejected in events.OfType<DispatchEvent.ItemsRejected>())
        {
            _payments?.Struck(rejected.Peer);
        }

        _dispatch.TakeAll(events);
    }

    private void AfterJournaling(RunEvent.Journaled journaled)
    {
        DispatchAction.EndAttempt end = journaled.Attempt;
        _journal.Remove(end.Attempt);
        if (journaled.Failure is { } failure)
        {
            Break(failure);
            return;
        }

        _book.Record(end, journaled.Delivery);
        Announce(end);
        if (journaled is { Delivery: { } delivery, From: { } from })
        {
            _providers.Acknowledge(from, delivery.Receipt);
        }

        _dispatch.TakeAll(_payments?.Delivered(journaled) ?? []);
        if (_ballots is not null && journaled.Delivery is { } answers)
        {
            TakeVerdicts(_ballots.Cast(end.Peer, [.. end.Accepted.Select(i => answers.Outputs[i])]));
        }

        if (journaled.Audit is { } audit && _dispatch.Finish is null)
        {
            _desk.Opened(audit);
        }

        Signal.Pulse();
    }

    private void AfterCounting(CountedVotes counted)
    {
        _payments?.Counted(counted);
        TakeVerdicts(_ballots!.Counted(counted));
        if (counted.Failure is JournalException or ComparisonException)
        {
            Break(counted.Failure);
        }
        else if (counted.Failure is { } defect)
        {
            ExceptionDispatchInfo.Throw(defect);
        }

        Signal.Pulse();
    }

    private void AfterRuling(RunEvent.Ruled ruled)
    {
        _dispatch.TakeAll(_desk.Ruled(ruled));
        if (ruled.Failure is { } failure)
        {
            Break(failure);
        }
        else
        {
            _payments?.Ruled(ruled.Ruling);
        }

        Signal.Pulse();
        Reveal();
    }

    // In the background, one after the other: evidence is of use to others, and the job does not wait for it.
    private void Reveal()
    {
        if (_revealing.IsCompleted)
        {
            _revealing = _services.Reveals.RevealAsync(_job.Row, _providers.LiveOffers, _stopping.Token);
        }
    }

    private void Break(Exception failure)
    {
        _ending.Break(failure);
        _dispatch.Finish ??= new DispatchAction.Finish(DispatchOutcome.Cancelled, []);
    }

    private void Announce(DispatchAction.EndAttempt end)
    {
        if (end.Outcome == AttemptOutcome.Failed)
        {
            _events.Add("shard-failed", end.Reason ?? "Failed", end.Peer, end.Attempt.Shard);
        }
        else
        {
            _events.Add("shard-done", $"{end.Accepted.Count} new answers", end.Peer, end.Attempt.Shard);
        }
    }
}
