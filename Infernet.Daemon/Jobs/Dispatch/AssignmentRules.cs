namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// Who gets what next. The rules, in the order in which a provider with room meets them: shards that failed elsewhere,
/// fresh items, shards that a slower provider has not begun (stealing), and copies of the slowest shard (hedging).
/// </summary>
internal sealed class AssignmentRules(WorkBoard board)
{
    private DispatchOptions Options => board.Options;

    /// <summary>Gives work to whoever has room, the one with the least to do first.</summary>
    public void Assign(DateTimeOffset now)
    {
        bool given = true;
        while (given && board.Budget.AllowedItems > 0)
        {
            given = false;
            foreach (ProviderState provider in board.Fleet.Providers.OrderBy(p => p.Remaining(now)).ToList())
            {
                given |= TryGive(provider, now);
            }
        }
    }

    private bool TryGive(ProviderState provider, DateTimeOffset now)
    {
        int size = ShardSizer.Size(provider, board.Ledger.Fresh, board.Fleet.ItemsPerSecond, Options);
        int credit = provider.AllowedByCredit(Options.MaxTokensPerItem);
        size = (int)Math.Min(Math.Min(size, credit), board.Budget.AllowedItems);
        int target = ShardSizer.Target(provider, size);
        bool room = provider.Owed == 0
            || provider.Owed + size <= target && provider.BytesOut < Options.MaxBytesOut;
        return size > 0 && room && provider.Purse is not { IsFull: true }
            && (TryRetry(provider, Math.Min(target - provider.Owed, credit), now)
                || TryFresh(provider, size, now)
                || TrySteal(provider, now)
                || TryHedge(provider, now));
    }

    private bool TryRetry(ProviderState provider, int room, DateTimeOffset now) =>
        TrySend(provider, board.TakeRetry(provider, room, now), now);

    private bool TryFresh(ProviderState provider, int size, DateTimeOffset now) =>
        TrySend(provider, board.Ledger.Fresh > 0 ? board.TakeFresh(provider, size) : null, now);

    /// <summary>
    /// Takes over a shard that its provider has not begun, if it would be done sooner here. A provider keeps the shard
    /// that it would begin next: what it was called off from is no work of its any more. And a shard that has moved
    /// before stays for a while, longer each time, or providers that are slower than they seem would pass it around.
    /// </summary>
    private bool TrySteal(ProviderState thief, DateTimeOffset now)
    {
        if (thief.Owed >= thief.Slots)
        {
            return false;
        }

        AttemptState? loot = board.Fleet.Providers
            .Where(victim => victim.Peer != thief.Peer && victim.LiveAttempts > 1)
            .OrderByDescending(victim => victim.Remaining(now))
            .SelectMany(victim => victim.Attempts.Values.Where(a => a is { Arrived: 0, Cancelled: false })
                .OrderByDescending(a => a.Id.Shard).Take(1))
            .FirstOrDefault(a => now - a.SentAt >= Stay(a) && IsWorthMoving(a, thief, now));
        if (loot is null)
        {
            return false;
        }

        board.CallOff(loot);
        return TrySend(thief, loot.Shard, now);
    }

    /// <summary>Near the end: gives an idle provider a copy of the shard that will take longest.</summary>
    private bool TryHedge(ProviderState idle, DateTimeOffset now)
    {
        if (idle.Owed > 0)
        {
            return false;
        }

        AttemptState? slowest = board.Fleet.Providers
            .Where(p => p.Peer != idle.Peer)
            .OrderByDescending(p => p.Remaining(now))
            .SelectMany(p => p.Attempts.Values)
            .FirstOrDefault(a => !a.Cancelled && a.Shard.Out.Count == 1 && now - a.SentAt >= Options.HedgeAfter
                && IsWorthMoving(a, idle, now));
        return TrySend(idle, slowest?.Shard, now);
    }

    private TimeSpan Stay(AttemptState attempt) => attempt.Id.Attempt == 1
        ? TimeSpan.Zero
        : Options.StayAfterMove * Math.Pow(4, Math.Min(attempt.Id.Attempt - 2, 10));

    private bool IsWorthMoving(AttemptState attempt, ProviderState to, DateTimeOffset now) =>
        board.Eligibility.MayHave(to, attempt.Shard)
        && attempt.Items.Count <= Math.Min(to.MaxItems - to.Owed, board.Budget.AllowedItems)
        && attempt.Items.Count <= to.AllowedByCredit(Options.MaxTokensPerItem)
        && to.Purse?.Allows(attempt.Items) != false
        // It would wait there for what is there already: who has as much to do himself takes nothing over.
        && board.Fleet[attempt.Peer].Remaining(now)
            > to.Remaining(now) + TimeSpan.FromSeconds(2 * attempt.Items.Count / to.ItemsPerSecond);

    private bool TrySend(ProviderState provider, ShardState? shard, DateTimeOffset now)
    {
        if (shard is not null)
        {
            board.Send(provider, shard, now);
        }

        return shard is not null;
    }
}
