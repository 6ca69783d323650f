using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// Where every item is: unsent, out, waiting to be tried again, or done. It keeps the books in step (ledger, budget,
/// retries, what is out at whom) and writes down the actions that follow; who gets what is decided elsewhere.
/// </summary>
internal sealed class WorkBoard(
    DispatchOptions options, IReadOnlyList<int> sizes, ItemLedger ledger, long tokensUsed, long firstShard,
    List<DispatchAction> actions)
{
    private readonly Dictionary<int, int> _rejections = [];
    private long _nextShard = firstShard;

    public Fleet Fleet { get; } = new(options.MaxLossesTold);

    public TokenBudget Budget { get; } = new(options, tokensUsed);

    public RetryQueue Retries { get; } = new(options, ledger);

    public ItemLedger Ledger => ledger;

    public DispatchOptions Options => options;

    /// <summary>An item whose answers were wrong more often than is believable; null if there is none.</summary>
    public int? Hopeless { get; private set; }

    /// <summary>A shard of items that were never out, as many as fit.</summary>
    public ShardState TakeFresh(int size) => new(_nextShard++, ledger.Take(size, sizes, options.MaxShardBytes));

    /// <summary>A shard that is due again and suits, cut to what there is room for; null if none does.</summary>
    public ShardState? TakeRetry(Predicate<ShardState> suits, int room, DateTimeOffset now)
    {
        if (Retries.Take(suits, now) is not { } shard)
        {
            return null;
        }

        int most = (int)Math.Min(Math.Max(1, room), Budget.AllowedItems);
        if (shard.Items.Count > most)
        {
            Retries.Split(shard, most, _nextShard++);
        }

        return shard;
    }

    public void Send(ProviderState provider, ShardState shard, DateTimeOffset now)
    {
        var attempt = new AttemptState(
            new AttemptId(shard.Id, ++shard.Sent), provider.Peer, shard, [.. shard.Items],
            shard.Items.Sum(i => (long)sizes[i]), now);
        shard.Out.Add(attempt);
        provider.Add(attempt, now);
        Budget.SetAside(attempt.Items.Count);
        actions.Add(new DispatchAction.SendShard(provider.Peer, attempt.Id, attempt.Items));
    }

    /// <summary>Asks for an attempt's end; it stays on its provider's account until the receipt comes.</summary>
    public void CallOff(AttemptState attempt)
    {
        attempt.Cancelled = true;
        attempt.Shard.Out.Remove(attempt);
        actions.Add(new DispatchAction.CancelAttempt(attempt.Peer, attempt.Id));
    }

    /// <summary>An attempt brought items under a right receipt: those that had no answer yet are accepted.</summary>
    public void Deliver(AttemptState attempt, IReadOnlyList<DeliveredItem> items, DateTimeOffset now)
    {
        Release(attempt, now);
        var accepted = new List<int>(items.Count);
        foreach (DeliveredItem item in items)
        {
            if (ledger.TryFinish(item.Index, attempt.Peer))
            {
                accepted.Add(item.Index);
                Budget.Spend(item.CompletionTokens);
            }
        }

        AttemptOutcome outcome = attempt.Cancelled ? AttemptOutcome.Cancelled : AttemptOutcome.Done;
        End(attempt, outcome, null, accepted);
        CallOffCopies(attempt.Shard);
        Retries.Add(attempt.Shard);
    }

    /// <summary>An attempt brought nothing.</summary>
    public void Fail(AttemptState attempt, string reason, DateTimeOffset now)
    {
        Release(attempt, now);
        RecordFailure(attempt, reason, blameless: false, now);
    }

    /// <summary>
    /// Takes wrong answers back. What is open again goes out as a shard of its own, at once and to somebody else: its
    /// first provider may have it again only if nobody else is there.
    /// </summary>
    public void Reopen(PeerId peer, IReadOnlyList<DeliveredItem> items)
    {
        var open = new List<int>(items.Count);
        foreach (DeliveredItem item in items)
        {
            if (ledger.TryReopen(item.Index, peer))
            {
                open.Add(item.Index);
                Budget.GiveBack(item.CompletionTokens);
                int times = _rejections[item.Index] = _rejections.GetValueOrDefault(item.Index) + 1;
                Hopeless ??= times >= options.MaxRejections ? item.Index : null;
            }
        }

        foreach (IReadOnlyList<int> part in ShardSizer.Cut(open, sizes, options))
        {
            var shard = new ShardState(_nextShard++, part);
            shard.Tried.Add(peer);
            Retries.Add(shard);
        }
    }

    /// <summary>A provider is gone, and with it all that was out there.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="banned">Whether it may not come back.</param>
    /// <param name="blameless">Whether the shards that were out there are not to count that as a failure.</param>
    /// <param name="now">The time.</param>
    public void Lose(PeerId peer, string reason, bool banned, bool blameless, DateTimeOffset now)
    {
        foreach (AttemptState attempt in Fleet.Lose(peer, reason, banned))
        {
            TakeBack(attempt);
            RecordFailure(attempt, reason, blameless, now);
        }

        actions.Add(new DispatchAction.DropProvider(peer, reason, banned));
    }

    private void Release(AttemptState attempt, DateTimeOffset now)
    {
        Fleet[attempt.Peer].Remove(attempt, now);
        TakeBack(attempt);
    }

    private void TakeBack(AttemptState attempt)
    {
        attempt.Shard.Out.Remove(attempt);
        Budget.Return(attempt.Items.Count);
    }

    /// <summary>A failure of an attempt that was called off is of no interest: somebody else has its items.</summary>
    private void RecordFailure(AttemptState attempt, string reason, bool blameless, DateTimeOffset now)
    {
        End(attempt, attempt.Cancelled ? AttemptOutcome.Cancelled : AttemptOutcome.Failed, reason, []);
        if (!attempt.Cancelled && blameless)
        {
            attempt.Shard.Tried.Add(attempt.Peer);
            Retries.Add(attempt.Shard);
        }
        else if (!attempt.Cancelled)
        {
            Retries.Fail(attempt.Shard, new ShardFailure(attempt.Id, attempt.Peer, reason), now);
        }
    }

    private void End(AttemptState attempt, AttemptOutcome outcome, string? reason, IReadOnlyList<int> accepted) =>
        actions.Add(new DispatchAction.EndAttempt(
            attempt.Peer, attempt.Id, attempt.Items.Count, outcome, reason, accepted));

    /// <summary>Stops the copies of a shard that has nothing open any more.</summary>
    private void CallOffCopies(ShardState shard)
    {
        if (shard.Items.All(ledger.IsDone))
        {
            foreach (AttemptState copy in shard.Out.ToList())
            {
                CallOff(copy);
            }
        }
    }
}
