using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// Where every item is: unsent, out, waiting to be tried again, or done. It keeps the books in step (ledger, budget,
/// retries, what is out at whom) and writes down the actions that follow; who gets what is decided elsewhere.
/// </summary>
internal sealed class WorkBoard
{
    private readonly IReadOnlyList<int> _sizes;
    private readonly List<DispatchAction> _actions;
    private readonly CopyPlacement? _placement;
    private readonly Dictionary<int, int> _rejections = [];
    private long _nextShard;

    public WorkBoard(
        DispatchOptions options, IReadOnlyList<int> sizes, ItemLedger ledger, long tokensUsed, long firstShard,
        List<DispatchAction> actions)
    {
        (Options, _sizes, Ledger, _nextShard, _actions) = (options, sizes, ledger, firstShard, actions);
        _placement = options.MaxCopies > 1 ? new CopyPlacement(sizes.Count) : null;
        Fleet = new Fleet(options);
        Budget = new TokenBudget(options, tokensUsed);
        Retries = new RetryQueue(options, ledger);
        Eligibility = new Eligibility(Fleet, ledger, _placement);
    }

    public Fleet Fleet { get; }

    public TokenBudget Budget { get; }

    public RetryQueue Retries { get; }

    public Eligibility Eligibility { get; }

    public ItemLedger Ledger { get; }

    public DispatchOptions Options { get; }

    /// <summary>An item whose answers were wrong more often than is believable; null if there is none.</summary>
    public int? Hopeless { get; private set; }

    /// <summary>
    /// Whether something is missing that none of those who are there may bring: they are idle, and nothing waits for
    /// its time. Ask after everybody was given what they may have.
    /// </summary>
    public bool IsStalled(DateTimeOffset now) =>
        Ledger.Open > 0 && Budget.ItemsOut == 0 && Budget.AllowedItems > 0 && !Retries.IsDelaying(now)
        && !Fleet.Providers.Any(p => p.Purse is { WaitsForOthers: true });

    /// <summary>Lets a provider take part.</summary>
    public void Join(DispatchEvent.ProviderJoined joined, DateTimeOffset now)
    {
        _placement?.Locate(joined.Peer, joined.Group);
        Fleet.Join(joined, now);
    }

    /// <summary>An earlier run brought a peer's answer to one of an item's copies.</summary>
    public void Restore(int item, PeerId by)
    {
        Ledger.Restore(item, by);
        _placement?.Place(by, item);
    }

    /// <summary>A shard of items that were never out, as many as fit; null if the provider may have none.</summary>
    public ShardState? TakeFresh(ProviderState provider, int size)
    {
        int from = provider.FreshFrom;
        ShardFilling? filling = provider.Purse?.Fill();
        List<int> units = Ledger.Take(
            size, _sizes, Options.MaxShardBytes, ref from, item => Afford(provider, filling, item));
        if (filling is { IsSilly: true })
        {
            Ledger.PutBack(units);
            return null;
        }

        provider.FreshFrom = from;
        return units.Count > 0 ? new ShardState(_nextShard++, units) : null;
    }

    /// <summary>A shard that is due again, cut to what suits and what there is room for; null if there is none.</summary>
    public ShardState? TakeRetry(ProviderState provider, int room, DateTimeOffset now) => Retries.Take(
        shard => Affordable(provider, Eligibility.Suitable(provider, shard), room),
        (int)Math.Min(Math.Max(1, room), Budget.AllowedItems), () => _nextShard++, now);

    public void Send(ProviderState provider, ShardState shard, DateTimeOffset now)
    {
        int[] items = [.. shard.Units.Select(Ledger.ItemOf)];
        var attempt = new AttemptState(
            new AttemptId(shard.Id, ++shard.Sent), provider.Peer, shard, items, [.. shard.Units],
            items.Sum(i => (long)_sizes[i]), now);
        shard.Out.Add(attempt);
        provider.Add(attempt, now);
        Budget.SetAside(items.Length);
        foreach (int item in items)
        {
            _placement?.Place(provider.Peer, item);
        }

        _actions.Add(new DispatchAction.SendShard(provider.Peer, attempt.Id, attempt.Items));
    }

    /// <summary>Asks for an attempt's end; it stays on its provider's account until the receipt comes.</summary>
    public void CallOff(AttemptState attempt)
    {
        attempt.Cancelled = true;
        attempt.Shard.Out.Remove(attempt);
        _actions.Add(new DispatchAction.CancelAttempt(attempt.Peer, attempt.Id));
    }

    /// <summary>An attempt brought items under a right receipt: those that had no answer yet are accepted.</summary>
    public void Deliver(AttemptState attempt, IReadOnlyList<DeliveredItem> items, DateTimeOffset now)
    {
        Release(attempt, now);
        var accepted = new List<int>(items.Count);
        foreach (DeliveredItem item in items)
        {
            if (attempt.UnitOf(item.Index) is { } unit && Ledger.TryFinish(unit, attempt.Peer))
            {
                accepted.Add(item.Index);
                Budget.Spend(item.CompletionTokens);
            }
        }

        Displace(attempt, accepted);
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
            if (Ledger.Reopen(item.Index, peer) is { } unit)
            {
                open.Add(unit);
                Budget.GiveBack(item.CompletionTokens);
                int times = _rejections[item.Index] = _rejections.GetValueOrDefault(item.Index) + 1;
                Hopeless ??= times >= Options.MaxRejections ? item.Index : null;
            }
        }

        Queue(open, peer);
    }

    /// <summary>Lets one more peer answer each of the items, unless they were answered as often as allowed.</summary>
    public void AddCopies(IReadOnlyList<int> items) =>
        Queue([.. items.Select(Ledger.AddCopy).Where(u => u is not null).Select(u => u!.Value)], null);

    /// <summary>Nothing more is needed of these items.</summary>
    public void Waive(IReadOnlyList<int> items)
    {
        foreach (int item in items)
        {
            Ledger.Waive(item);
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

        _actions.Add(new DispatchAction.DropProvider(peer, reason, banned));
    }

    private Fit Afford(ProviderState provider, ShardFilling? filling, int item)
    {
        Fit fit = Eligibility.OfFresh(provider, item);
        return fit != Fit.Yes || filling is null || filling.TryAdd(item) ? fit
            : provider.Purse!.MayEver(item) ? Fit.Full
            : Fit.NotNow;
    }

    private IReadOnlyList<int> Affordable(ProviderState provider, IReadOnlyList<int> units, int most)
    {
        if (provider.Purse?.Fill() is not { } filling)
        {
            return units;
        }

        List<int> fitting = [.. units.Take(Math.Max(1, most)).TakeWhile(u => filling.TryAdd(Ledger.ItemOf(u)))];
        return filling.IsSilly ? [] : fitting;
    }

    private void Queue(List<int> units, PeerId? tried)
    {
        foreach (IReadOnlyList<int> part in ShardSizer.Cut(units, u => _sizes[Ledger.ItemOf(u)], Options))
        {
            var shard = new ShardState(_nextShard++, part);
            if (tried is not null)
            {
                shard.Tried.Add(tried);
            }

            Retries.Add(shard);
        }
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
        Displace(attempt, []);
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

    /// <summary>Only a peer whose answer counts has had a copy; any other may get one later.</summary>
    private void Displace(AttemptState attempt, List<int> accepted)
    {
        if (_placement is null)
        {
            return;
        }

        ProviderState? provider = Fleet.Get(attempt.Peer);
        foreach (int item in attempt.Items.Except(accepted))
        {
            _placement.Remove(attempt.Peer, item);
            provider?.FreshFrom = Math.Min(provider.FreshFrom, item);
        }
    }

    private void End(AttemptState attempt, AttemptOutcome outcome, string? reason, IReadOnlyList<int> accepted) =>
        _actions.Add(new DispatchAction.EndAttempt(
            attempt.Peer, attempt.Id, attempt.Items.Count, outcome, reason, accepted));

    /// <summary>Stops the copies of a shard that has nothing open any more.</summary>
    private void CallOffCopies(ShardState shard)
    {
        if (shard.Units.All(Ledger.IsDone))
        {
            foreach (AttemptState copy in shard.Out.ToList())
            {
                CallOff(copy);
            }
        }
    }
}
