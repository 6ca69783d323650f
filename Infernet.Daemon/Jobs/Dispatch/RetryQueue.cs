namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>Shards that came back with something missing, and when each may go out again.</summary>
internal sealed class RetryQueue(DispatchOptions options, ItemLedger ledger)
{
    private readonly List<ShardState> _waiting = [];

    /// <summary>A shard that failed as often as it may; null if there is none.</summary>
    public ShardState? Exhausted => _waiting.Find(s => s.Failures.Count >= options.MaxAttempts);

    /// <summary>Notes a failure; each makes the shard wait longer.</summary>
    public void Fail(ShardState shard, ShardFailure failure, DateTimeOffset now)
    {
        shard.Failures.Add(failure);
        shard.Tried.Add(failure.Peer);
        TimeSpan delay = options.RetryDelay * Math.Pow(2, Math.Min(shard.Failures.Count - 1, 20));
        shard.NotBefore = now + (delay < options.MaxRetryDelay ? delay : options.MaxRetryDelay);
        Add(shard);
    }

    /// <summary>Puts what a shard still lacks into the queue, unless it is out somewhere or waits already.</summary>
    public void Add(ShardState shard)
    {
        shard.Items = shard.Items.Where(i => !ledger.IsDone(i)).ToList();
        if (shard.Items.Count > 0 && shard.Out.Count == 0 && !_waiting.Contains(shard))
        {
            _waiting.Add(shard);
        }
        else if (shard.Items.Count == 0)
        {
            _waiting.Remove(shard);
        }
    }

    /// <summary>
    /// Takes the first shard that has waited long enough and suits; null if none does. What was answered meanwhile, by
    /// an attempt that had been given up, is not asked for again.
    /// </summary>
    public ShardState? Take(Predicate<ShardState> suits, DateTimeOffset now)
    {
        while (_waiting.Find(s => s.NotBefore <= now && suits(s)) is { } shard)
        {
            _waiting.Remove(shard);
            shard.Items = shard.Items.Where(i => !ledger.IsDone(i)).ToList();
            if (shard.Items.Count > 0)
            {
                return shard;
            }
        }

        return null;
    }

    /// <summary>
    /// Cuts a shard that was taken to what there is room for. The rest stays in the queue as a shard of its own, which
    /// takes the failures along.
    /// </summary>
    public void Split(ShardState shard, int most, long restId)
    {
        var rest = new ShardState(restId, shard.Items.Skip(most).ToList()) { NotBefore = shard.NotBefore };
        rest.Failures.AddRange(shard.Failures);
        rest.Tried.UnionWith(shard.Tried);
        _waiting.Add(rest);
        shard.Items = shard.Items.Take(most).ToList();
    }
}
