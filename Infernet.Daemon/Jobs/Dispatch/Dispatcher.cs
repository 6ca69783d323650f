using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// Decides who computes what: a pure state machine. Events and the time go in, actions come out; it knows no peer but
/// by name and no clock but the caller's. Every item is accepted once, whoever brings it first, and again only after
/// the answer was rejected. Its parts:
/// <see cref="WorkBoard"/> keeps the books, <see cref="AssignmentRules"/> choose who gets what, and this class answers
/// events and decides when the job is over.
/// </summary>
internal sealed class Dispatcher
{
    private readonly DispatchOptions _options;
    private readonly List<DispatchAction> _actions = [];
    private readonly ItemLedger _ledger;
    private readonly WorkBoard _board;
    private readonly AssignmentRules _rules;
    private DateTimeOffset? _startedAt;
    private DateTimeOffset? _stuckSince;
    private bool _toldStalled;
    private int _auditsPending;
    private string? _fundsSpent;

    /// <param name="options">The rules' numbers.</param>
    /// <param name="sizes">Bytes of each input; their count is the job's.</param>
    /// <param name="done">Items that have an answer from an earlier run.</param>
    /// <param name="tokensUsed">Tokens of those answers.</param>
    /// <param name="firstShard">The first shard's id; ids of different runs must differ.</param>
    /// <param name="votes">Of redundant work: answers of an earlier run to items that are not done.</param>
    public Dispatcher(
        DispatchOptions options, IReadOnlyList<int> sizes, IEnumerable<int> done, long tokensUsed, long firstShard,
        IEnumerable<(int Item, PeerId By)>? votes = null)
    {
        _options = options;
        _ledger = new ItemLedger(sizes.Count, options.Copies, options.MaxCopies, done);
        _board = new WorkBoard(options, sizes, _ledger, tokensUsed, firstShard, _actions);
        _rules = new AssignmentRules(_board);
        foreach ((int item, PeerId by) in votes ?? [])
        {
            _board.Restore(item, by);
        }
    }

    /// <summary>Units of work that have no answer yet: items, or copies of items.</summary>
    public int OpenUnits => _ledger.Open;

    /// <summary>Whether <see cref="DispatchAction.Finish"/> was answered; nothing happens any more.</summary>
    public bool IsFinished { get; private set; }

    public int ActiveProviders => _board.Fleet.Count;

    /// <summary>Attempts that are out at a provider.</summary>
    public int OutAt(PeerId peer) => _board.Fleet.Get(peer)?.Attempts.Count ?? 0;

    /// <summary>Takes one event and answers what to do about it.</summary>
    public IReadOnlyList<DispatchAction> Advance(DispatchEvent happened, DateTimeOffset now)
    {
        _actions.Clear();
        if (IsFinished)
        {
            return [];
        }

        switch (happened)
        {
            case DispatchEvent.ProviderJoined joined:
                _board.Join(joined, now);
                break;
            case DispatchEvent.ProviderLost lost:
                _board.Lose(lost.Peer, lost.Reason, lost.Misbehaved, blameless: false, now);
                break;
            case DispatchEvent.ItemArrived arrived:
                Arrive(arrived, now);
                break;
            case DispatchEvent.ShardDelivered delivered:
                Deliver(delivered, now);
                break;
            case DispatchEvent.ShardFailed failed:
                Fail(failed, now);
                break;
            case DispatchEvent.ReceiptRejected rejected:
                Reject(rejected, now);
                break;
            case DispatchEvent.CreditChanged changed:
                _board.Fleet.SetCredit(changed);
                break;
            case DispatchEvent.FundsChanged changed:
                _board.Fleet.SetFunds(changed);
                break;
            case DispatchEvent.FundsSpent spent:
                _fundsSpent = spent.Reason;
                break;
            case DispatchEvent.AuditsPending pending:
                _auditsPending = pending.Count;
                break;
            case DispatchEvent.CopiesWanted wanted:
                _board.AddCopies(wanted.Items);
                break;
            case DispatchEvent.CopiesWaived waived:
                _board.Waive(waived.Items);
                break;
            case DispatchEvent.ItemsRejected rejected:
                Redo(rejected, now);
                break;
            case DispatchEvent.CancelRequested:
                Finish(DispatchOutcome.Cancelled, []);
                break;
        }

        Settle(now);
        return [.. _actions];
    }

    private void Arrive(DispatchEvent.ItemArrived arrived, DateTimeOffset now)
    {
        if (_board.Fleet.Find(arrived.Peer, arrived.Attempt) is { Owed: > 0 } attempt)
        {
            _board.Fleet[arrived.Peer].ItemArrived(attempt, arrived.Took, now);
        }
    }

    private void Deliver(DispatchEvent.ShardDelivered delivered, DateTimeOffset now)
    {
        if (_board.Fleet.Find(delivered.Peer, delivered.Attempt) is { } attempt)
        {
            _board.Deliver(attempt, delivered.Items, now);
        }
    }

    private void Fail(DispatchEvent.ShardFailed failed, DateTimeOffset now)
    {
        if (_board.Fleet.Find(failed.Peer, failed.Attempt) is { } attempt)
        {
            _board.Fail(attempt, failed.Reason, now);
        }
    }

    private void Reject(DispatchEvent.ReceiptRejected rejected, DateTimeOffset now)
    {
        if (_board.Fleet.Find(rejected.Peer, rejected.Attempt) is { } attempt)
        {
            _board.Fail(attempt, rejected.Reason, now);
        }

        _board.Lose(rejected.Peer, rejected.Reason, banned: true, blameless: false, now);
    }

    private void Redo(DispatchEvent.ItemsRejected rejected, DateTimeOffset now)
    {
        _board.Reopen(rejected.Peer, rejected.Items);
        if (rejected.Banned)
        {
            _board.Lose(rejected.Peer, rejected.Reason, banned: true, blameless: true, now);
        }
    }

    /// <summary>What follows from every event: ends, time-outs, and work for whoever has room.</summary>
    private void Settle(DateTimeOffset now)
    {
        foreach (ProviderState silent in _board.Fleet.Providers.Where(p => p.IsSilent(now)).ToList())
        {
            _board.Lose(
                silent.Peer, $"sent nothing for {silent.SilenceTimeout.TotalSeconds:0.#} s", banned: false,
                blameless: false, now);
        }

        if (!IsFinished && !TryFinish(now))
        {
            _startedAt ??= now;
            _board.Eligibility.IsGathering = now - _startedAt < _options.GatherTime;
            _rules.Assign(now);
            EndRound();
            // Only now is it known whether the budget allows another item; a rejected answer would give some back.
            if (_board.Budget.IsSpent && _ledger.Open > 0 && _auditsPending == 0)
            {
                Finish(DispatchOutcome.BudgetSpent, []);
            }

            if (_fundsSpent is { } reason && _ledger.Open > 0 && _board.Budget.ItemsOut == 0 && _auditsPending == 0)
            {
                Finish(DispatchOutcome.FundsSpent, [reason]);
            }

            FinishIfStuck(now);
        }
    }

    private void EndRound()
    {
        foreach (ProviderState provider in _board.Fleet.Providers)
        {
            provider.Purse?.EndRound();
        }
    }

    private void FinishIfStuck(DateTimeOffset now)
    {
        // What is being judged fills the windows of those who brought it: there will be room again.
        bool judged = _options.Copies == 1 && _auditsPending > 0;
        bool stuck = _ledger.Open > 0 && (_board.Fleet.Count == 0 || (!judged && _board.IsStalled(now)));
        _stuckSince = stuck ? _stuckSince ?? now : null;
        _toldStalled &= stuck;
        if (!_toldStalled && _options.Copies > 1 && now - _stuckSince >= _options.StallPatience)
        {
            _toldStalled = true;
            _actions.Add(new DispatchAction.Stalled());
        }

        if (now - _stuckSince >= _options.NoProviderTimeout)
        {
            Finish(DispatchOutcome.NoProviders, [.. TooFew(), .. _board.Fleet.Losses]);
        }
    }

    private bool TryFinish(DateTimeOffset now)
    {
        if (_ledger.Open == 0 && _auditsPending == 0)
        {
            Finish(DispatchOutcome.Done, []);
        }
        else if (now >= _options.Deadline)
        {
            Finish(DispatchOutcome.DeadlinePassed, []);
        }
        else if (_board.Hopeless is { } item)
        {
            Finish(
                DispatchOutcome.AnswersWrong,
                [$"{_options.MaxRejections} answers to item {item} turned out to be wrong"]);
        }
        else if (_board.Retries.Exhausted is { } exhausted)
        {
            Finish(DispatchOutcome.AttemptsExhausted, [.. exhausted.Failures.Select(f => f.ToString())]);
        }

        return IsFinished;
    }

    private IEnumerable<string> TooFew() => _board.Fleet.Count == 0 ? []
        : _options.Copies == 1
        ? [$"{_board.Fleet.Count} providers are there, and none lets as much be unpaid as any input that is left may cost: ask "
            + "for answers of fewer tokens at most"]
        : [$"{_board.Fleet.Count} providers are there, and each has answered all that it may: every input needs "
            + $"{_options.Copies} different ones"];

    private void Finish(DispatchOutcome outcome, IReadOnlyList<string> details)
    {
        if (IsFinished)
        {
            return;
        }

        foreach (AttemptState attempt in
            _board.Fleet.Providers.SelectMany(p => p.Attempts.Values).Where(a => !a.Cancelled))
        {
            _actions.Add(new DispatchAction.CancelAttempt(attempt.Peer, attempt.Id));
        }

        IsFinished = true;
        EndRound();
        _actions.Add(new DispatchAction.Finish(outcome, details));
    }
}
