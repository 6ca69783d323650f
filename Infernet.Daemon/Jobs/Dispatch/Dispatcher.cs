using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// Decides who computes what: a pure state machine. Events and the time go in, actions come out; it knows no peer but
/// by name and no clock but the caller's. The rules, in the order in which an idle provider meets them:
/// shards that failed elsewhere, fresh items, shards that a slower provider has not begun (stealing), and copies of
/// the slowest shard (hedging). Every item is accepted once, whoever brings it first.
/// </summary>
internal sealed class Dispatcher
{
    private readonly DispatchOptions _options;
    private readonly IReadOnlyList<int> _sizes;
    private readonly ItemLedger _ledger;
    private readonly Dictionary<PeerId, ProviderState> _providers = [];
    private readonly HashSet<PeerId> _banned = [];
    private readonly List<ShardState> _retries = [];
    private readonly List<DispatchAction> _actions = [];
    private readonly List<string> _losses = [];
    private long _nextShard;
    private long _tokensUsed;
    private long _itemsOut;
    private DateTimeOffset? _noProviderSince;

    /// <param name="options">The rules' numbers.</param>
    /// <param name="sizes">Bytes of each input; their count is the job's.</param>
    /// <param name="done">Items that have an answer from an earlier run.</param>
    /// <param name="tokensUsed">Tokens of those answers.</param>
    /// <param name="firstShard">The first shard's id; ids of different runs must differ.</param>
    public Dispatcher(
        DispatchOptions options, IReadOnlyList<int> sizes, IEnumerable<int> done, long tokensUsed, long firstShard)
    {
        _options = options;
        _sizes = sizes;
        _ledger = new ItemLedger(sizes.Count, done);
        _tokensUsed = tokensUsed;
        _nextShard = firstShard;
    }

    /// <summary>Whether <see cref="DispatchAction.Finish"/> was answered; nothing happens any more.</summary>
    public bool IsFinished { get; private set; }

    public int OpenItems => _ledger.Open;

    public int ActiveProviders => _providers.Count;

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
                Join(joined, now);
                break;
            case DispatchEvent.ProviderLost lost:
                Lose(lost.Peer, lost.Reason, lost.Misbehaved, now);
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
            case DispatchEvent.CancelRequested:
                Finish(DispatchOutcome.Cancelled, []);
                break;
        }

        Settle(now);
        return [.. _actions];
    }

    private void Join(DispatchEvent.ProviderJoined joined, DateTimeOffset now)
    {
        if (!_banned.Contains(joined.Peer))
        {
            _providers.TryAdd(joined.Peer, new ProviderState(joined, now));
        }
    }

    private void Arrive(DispatchEvent.ItemArrived arrived, DateTimeOffset now)
    {
        if (Find(arrived.Peer, arrived.Attempt) is { Owed: > 0 } attempt)
        {
            _providers[arrived.Peer].ItemArrived(attempt, now);
        }
    }

    private void Deliver(DispatchEvent.ShardDelivered delivered, DateTimeOffset now)
    {
        if (Find(delivered.Peer, delivered.Attempt) is not { } attempt)
        {
            return;
        }

        Release(attempt, now);
        var accepted = new List<int>(delivered.Items.Count);
        foreach (DeliveredItem item in delivered.Items)
        {
            if (_ledger.TryFinish(item.Index))
            {
                accepted.Add(item.Index);
                _tokensUsed += item.CompletionTokens;
            }
        }

        AttemptOutcome outcome = attempt.Cancelled ? AttemptOutcome.Cancelled : AttemptOutcome.Done;
        _actions.Add(new DispatchAction.EndAttempt(
            attempt.Peer, attempt.Id, attempt.Items.Count, outcome, null, accepted));
        CallOffCopies(attempt.Shard);
        Requeue(attempt.Shard);
    }

    private void Fail(DispatchEvent.ShardFailed failed, DateTimeOffset now)
    {
        if (Find(failed.Peer, failed.Attempt) is { } attempt)
        {
            Release(attempt, now);
            RecordFailure(attempt, failed.Reason, now);
        }
    }

    private void Reject(DispatchEvent.ReceiptRejected rejected, DateTimeOffset now)
    {
        if (Find(rejected.Peer, rejected.Attempt) is { } attempt)
        {
            Release(attempt, now);
            RecordFailure(attempt, rejected.Reason, now);
        }

        Lose(rejected.Peer, rejected.Reason, banned: true, now);
    }

    private void Lose(PeerId peer, string reason, bool banned, DateTimeOffset now)
    {
        if (banned)
        {
            _banned.Add(peer);
        }

        if (_providers.Remove(peer, out ProviderState? provider))
        {
            foreach (AttemptState attempt in provider.Attempts.Values)
            {
                attempt.Shard.Out.Remove(attempt);
                _itemsOut -= attempt.Items.Count;
                RecordFailure(attempt, reason, now);
            }
        }

        if (_losses.Count < _options.MaxAttempts * 4)
        {
            _losses.Add($"{peer}: {reason}");
        }

        _actions.Add(new DispatchAction.DropProvider(peer, reason, banned));
    }

    private AttemptState? Find(PeerId peer, AttemptId attempt) =>
        _providers.GetValueOrDefault(peer)?.Attempts.GetValueOrDefault(attempt);

    private void Release(AttemptState attempt, DateTimeOffset now)
    {
        _providers[attempt.Peer].Remove(attempt, now);
        attempt.Shard.Out.Remove(attempt);
        _itemsOut -= attempt.Items.Count;
    }

    /// <summary>A failure of an attempt that was called off is of no interest: somebody else has its items.</summary>
    private void RecordFailure(AttemptState attempt, string reason, DateTimeOffset now)
    {
        AttemptOutcome outcome = attempt.Cancelled ? AttemptOutcome.Cancelled : AttemptOutcome.Failed;
        _actions.Add(new DispatchAction.EndAttempt(
            attempt.Peer, attempt.Id, attempt.Items.Count, outcome, reason, []));
        if (attempt.Cancelled)
        {
            return;
        }

        ShardState shard = attempt.Shard;
        shard.Failures.Add(new ShardFailure(attempt.Id, attempt.Peer, reason));
        TimeSpan delay = _options.RetryDelay * Math.Pow(2, Math.Min(shard.Failures.Count - 1, 20));
        shard.NotBefore = now + (delay < _options.MaxRetryDelay ? delay : _options.MaxRetryDelay);
        Requeue(shard);
    }

    /// <summary>Puts what a shard still lacks into the queue, unless it is out somewhere or waits already.</summary>
    private void Requeue(ShardState shard)
    {
        shard.Items = shard.Items.Where(i => !_ledger.IsDone(i)).ToList();
        if (shard.Items.Count > 0 && shard.Out.Count == 0 && !_retries.Contains(shard))
        {
            _retries.Add(shard);
        }
        else if (shard.Items.Count == 0)
        {
            _retries.Remove(shard);
        }
    }

    /// <summary>Stops the copies of a shard that has nothing open any more.</summary>
    private void CallOffCopies(ShardState shard)
    {
        if (shard.Items.All(_ledger.IsDone))
        {
            foreach (AttemptState copy in shard.Out.ToList())
            {
                CallOff(copy);
            }
        }
    }

    private void CallOff(AttemptState attempt)
    {
        attempt.Cancelled = true;
        attempt.Shard.Out.Remove(attempt);
        _actions.Add(new DispatchAction.CancelAttempt(attempt.Peer, attempt.Id));
    }

    /// <summary>What follows from every event: ends, time-outs, and work for whoever has room.</summary>
    private void Settle(DateTimeOffset now)
    {
        foreach (ProviderState silent in _providers.Values.Where(p => p.IsSilent(now)).ToList())
        {
            Lose(silent.Peer, $"sent nothing for {silent.SilenceTimeout.TotalSeconds:0.#} s", banned: false, now);
        }

        if (!IsFinished && !TryFinish(now))
        {
            Assign(now);
            // Only now is it known whether the budget allows another item.
            if (_itemsOut == 0 && AllowedByBudget() == 0)
            {
                Finish(DispatchOutcome.BudgetSpent, []);
            }
        }
    }

    private bool TryFinish(DateTimeOffset now)
    {
        if (_ledger.Open == 0)
        {
            Finish(DispatchOutcome.Done, []);
        }
        else if (now >= _options.Deadline)
        {
            Finish(DispatchOutcome.DeadlinePassed, []);
        }
        else if (_retries.Find(s => s.Failures.Count >= _options.MaxAttempts) is { } exhausted)
        {
            Finish(DispatchOutcome.AttemptsExhausted, [.. exhausted.Failures.Select(f => f.ToString())]);
        }
        else if (_providers.Count > 0)
        {
            _noProviderSince = null;
        }
        else if (now - (_noProviderSince ??= now) >= _options.NoProviderTimeout)
        {
            Finish(DispatchOutcome.NoProviders, [.. _losses]);
        }

        return IsFinished;
    }

    private void Finish(DispatchOutcome outcome, IReadOnlyList<string> details)
    {
        if (IsFinished)
        {
            return;
        }

        foreach (AttemptState attempt in _providers.Values.SelectMany(p => p.Attempts.Values).Where(a => !a.Cancelled))
        {
            _actions.Add(new DispatchAction.CancelAttempt(attempt.Peer, attempt.Id));
        }

        IsFinished = true;
        _actions.Add(new DispatchAction.Finish(outcome, details));
    }

    /// <summary>Gives work to whoever has room, the one with the least to do first.</summary>
    private void Assign(DateTimeOffset now)
    {
        bool given = true;
        while (given && AllowedByBudget() > 0)
        {
            given = false;
            foreach (ProviderState provider in _providers.Values.OrderBy(p => p.Remaining(now)).ToList())
            {
                given |= TryGive(provider, now);
            }
        }
    }

    private bool TryGive(ProviderState provider, DateTimeOffset now)
    {
        int size = ShardSizer.Size(
            provider, _ledger.Fresh, _providers.Values.Sum(p => p.ItemsPerSecond), _options);
        size = (int)Math.Min(size, AllowedByBudget());
        int target = ShardSizer.Target(provider, size);
        bool room = provider.Owed == 0
            || provider.Owed + size <= target && provider.BytesOut < _options.MaxBytesOut;
        return size > 0 && room
            && (TryRetry(provider, target - provider.Owed, now)
                || TryFresh(provider, size, now)
                || TrySteal(provider, now)
                || TryHedge(provider, now));
    }

    private bool TryRetry(ProviderState provider, int room, DateTimeOffset now)
    {
        ShardState? shard = _retries.Find(s => s.NotBefore <= now && MayTry(provider, s));
        if (shard is null)
        {
            return false;
        }

        _retries.Remove(shard);
        int most = (int)Math.Min(Math.Max(1, room), AllowedByBudget());
        if (shard.Items.Count > most)
        {
            // What does not fit stays in the queue as a shard of its own, which takes the failures along.
            var rest = new ShardState(_nextShard++, shard.Items.Skip(most).ToList()) { NotBefore = shard.NotBefore };
            rest.Failures.AddRange(shard.Failures);
            _retries.Add(rest);
            shard.Items = shard.Items.Take(most).ToList();
        }

        Send(provider, shard, now);
        return true;
    }

    /// <summary>
    /// A shard goes elsewhere after a failure, unless it failed on everybody who is there; and nobody gets a shard that
    /// it still has to answer for, called off or not, since the two would be one on the wire.
    /// </summary>
    private bool MayTry(ProviderState provider, ShardState shard) =>
        !provider.Holds(shard)
        && (shard.Failures.TrueForAll(f => f.Peer != provider.Peer)
            || _providers.Keys.All(p => shard.Failures.Exists(f => f.Peer == p)));

    private bool TryFresh(ProviderState provider, int size, DateTimeOffset now)
    {
        if (_ledger.Fresh == 0)
        {
            return false;
        }

        Send(provider, new ShardState(_nextShard++, _ledger.Take(size, _sizes, _options.MaxShardBytes)), now);
        return true;
    }

    /// <summary>Takes over a shard that its provider has not begun, if it would be done sooner here.</summary>
    private bool TrySteal(ProviderState thief, DateTimeOffset now)
    {
        if (thief.Owed >= thief.Slots)
        {
            return false;
        }

        AttemptState? loot = _providers.Values
            .Where(victim => victim.Peer != thief.Peer && victim.Attempts.Count > 1)
            .OrderByDescending(victim => victim.Remaining(now))
            .SelectMany(victim => victim.Attempts.Values.Where(a => a is { Arrived: 0, Cancelled: false })
                .OrderByDescending(a => a.Id.Shard).Take(1))
            .FirstOrDefault(a => IsWorthMoving(a, thief, now));
        if (loot is null)
        {
            return false;
        }

        CallOff(loot);
        Send(thief, loot.Shard, now);
        return true;
    }

    /// <summary>Near the end: gives an idle provider a copy of the shard that will take longest.</summary>
    private bool TryHedge(ProviderState idle, DateTimeOffset now)
    {
        if (idle.Owed > 0)
        {
            return false;
        }

        AttemptState? slowest = _providers.Values
            .Where(p => p.Peer != idle.Peer)
            .OrderByDescending(p => p.Remaining(now))
            .SelectMany(p => p.Attempts.Values)
            .FirstOrDefault(a => !a.Cancelled && a.Shard.Out.Count == 1 && now - a.SentAt >= _options.HedgeAfter
                && IsWorthMoving(a, idle, now));
        if (slowest is null)
        {
            return false;
        }

        Send(idle, slowest.Shard, now);
        return true;
    }

    private bool IsWorthMoving(AttemptState attempt, ProviderState to, DateTimeOffset now) =>
        MayTry(to, attempt.Shard)
        && attempt.Items.Count <= Math.Min(to.MaxItems - to.Owed, AllowedByBudget())
        && _providers[attempt.Peer].Remaining(now) > TimeSpan.FromSeconds(2 * attempt.Items.Count / to.ItemsPerSecond);

    private void Send(ProviderState provider, ShardState shard, DateTimeOffset now)
    {
        var attempt = new AttemptState(
            new AttemptId(shard.Id, ++shard.Sent), provider.Peer, shard, [.. shard.Items],
            shard.Items.Sum(i => (long)_sizes[i]), now);
        shard.Out.Add(attempt);
        provider.Add(attempt, now);
        _itemsOut += attempt.Items.Count;
        _actions.Add(new DispatchAction.SendShard(provider.Peer, attempt.Id, attempt.Items));
    }

    /// <summary>How many more items may go out: each sets its most tokens aside until it is back.</summary>
    private long AllowedByBudget() => _options is { TokenBudget: { } budget, MaxTokensPerItem: > 0 and var each }
        ? Math.Max(0, (budget - _tokensUsed) / each - _itemsOut)
        : long.MaxValue;
}
