using System.Runtime.ExceptionServices;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Jobs.Redundancy;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// What a running job does at each event: one method for each kind. Decides nothing of its own but in which order the
/// parts hear of it. Used by the job's loop alone.
/// </summary>
internal sealed class JobSteps(JobParts parts, JobSignal signal, Action reveal)
{
    private readonly JobDispatch _dispatch = parts.Dispatch;
    private readonly JobEnding _ending = parts.Ending;
    private readonly JobBook _book = parts.Book;
    private readonly JobEvents _events = parts.Events;
    private readonly ProviderSet _providers = parts.Providers;
    private readonly AttemptJournal _attempts = parts.Journal;
    private readonly AuditDesk _desk = parts.Audits;
    private readonly BallotDesk? _ballots = parts.Ballots;
    private readonly ShardPayments? _payments = parts.Payments;
    private Match? _match;
    private string? _spent;

    /// <summary>Takes one event.</summary>
    public void Take(RunEvent happened)
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
                _dispatch.Forget(ended.Connection.Peer);
                reveal();
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
                _dispatch.TakeAll(_desk.Heard(heard, _attempts.FlushAsync()));
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
                if (joined.Paid is { } terms && _payments is not null)
                {
                    happened = happened with { Event = joined with { Paid = _payments.Join(happened.From!, terms) } };
                }

                _book.SetProvider(joined.Peer, "active");
                _events.Add("provider-joined", $"Takes up to {joined.MaxItems} items at a time", joined.Peer);
                break;
            case DispatchEvent.ReceiptRejected rejected:
                _events.Add("receipt-rejected", rejected.Reason, rejected.Peer, rejected.Attempt.Shard);
                if (_dispatch.Finish is not null)
                {
                    _dispatch.TryForget(rejected.Peer, rejected.Attempt);
                }

                break;
            case DispatchEvent.ShardDelivered delivered when _dispatch.Finish is null:
                Deliver(delivered, happened);
                return;
            case DispatchEvent.ShardDelivered late:
                DeliverLate(late, happened);
                return;
            case DispatchEvent.ShardFailed failed when _dispatch.Finish is not null:
                _dispatch.TryForget(failed.Peer, failed.Attempt);
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

    // The job is over, and needs no answer any more. But who was called off is owed for what it had done.
    private void DeliverLate(DispatchEvent.ShardDelivered delivered, RunEvent.Happened happened)
    {
        if (!_dispatch.TryForget(delivered.Peer, delivered.Attempt) || _payments?.Pays(delivered.Peer) != true)
        {
            return;
        }

        _ballots?.Expect();
        _payments.Expect(happened);
        _attempts.Add(
            new DispatchAction.EndAttempt(
                delivered.Peer, delivered.Attempt, delivered.Items.Count, AttemptOutcome.Cancelled, "the job ended", []),
            happened.Delivery, null, happened.From);
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
        TakeDecision(decided);
        signal.Pulse();
    }

    private void TakeDecision(RunEvent.Decided decided)
    {
        _dispatch.TakeAll(_payments!.Decided(decided));
        if (decided.Failure is JournalException failure)
        {
            Break(failure);
        }
    }

    /// <summary>
    /// Offers another part of the budget to whoever has used up its own; when nobody can have any, the job ends.
    /// </summary>
    /// <param name="happened">What was taken last. An answer alone changes nobody's part, and there are many of them.</param>
    public void LookAfterFunds(RunEvent happened)
    {
        if (_payments is null || _dispatch.Finish is not null
            || happened is RunEvent.Happened { Event: DispatchEvent.ItemArrived })
        {
            return;
        }

        foreach (PaidProvider provider in _payments.Exhausted(_dispatch.OutAt))
        {
            _dispatch.Renew(provider.Peer, "What was set aside for it is used up; it is offered more");
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
        _attempts.Remove(end.Attempt);
        if (journaled is { Failure: null, Delivery: { } delivery, From: { } from })
        {
            _providers.Acknowledge(from, delivery.Receipt);
        }

        // Right behind the acknowledgement: one packet brings both.
        if (journaled.Payment is { } payment)
        {
            TakeDecision(payment);
        }

        if (journaled.Failure is { } failure)
        {
            Break(failure);
            return;
        }

        _book.Record(end, journaled.Delivery);
        Announce(end);

        _dispatch.TakeAll(_payments?.Delivered(journaled) ?? []);
        if (_ballots is not null && journaled.Delivery is { } answers)
        {
            TakeVerdicts(_ballots.Cast(end.Peer, [.. end.Accepted.Select(i => answers.Outputs[i])]));
        }

        if (journaled.Audit is { } audit && _dispatch.Finish is null)
        {
            _desk.Opened(audit);
        }

        signal.Pulse();
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

        signal.Pulse();
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

        signal.Pulse();
        reveal();
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
