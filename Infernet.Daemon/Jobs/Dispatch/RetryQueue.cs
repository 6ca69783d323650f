namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>Shards that came back with something missing, and when each may go out again.</summary>
internal sealed class RetryQueue(DispatchOptions options, ItemLedger ledger)
{
    private readonly List<ShardState> _waiting = [];

    /// <summary>Whether something waits for its time to come.</summary>
    public bool IsDelaying(DateTimeOffset now) => _waiting.Exists(s => now < s.NotBefore);

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
        shard.Units = shard.Units.Where(u => !ledger.IsDone(u)).ToList();
        if (shard.Units.Count > 0 && shard.Out.Count == 0 && !_waiting.Contains(shard))
        {
            _waiting.Add(shard);
        }
        else if (shard.Units.Count == 0)
        {
            _waiting.Remove(shard);
        }
    }

    /// <summary>
    /// Takes the first shard that has waited long enough and of which something suits, cut down to that; null if
    /// there is none. What was answered meanwhile, by an attempt that had been given up, is not asked for again. What
    /// does not suit, or is too much, stays in the queue as a shard of its own, which takes the failures along.
    /// </summary>
    /// <param name="suitable">Those of a shard's units that suit.</param>
    /// <param name="most">Most units.</param>
    /// <param name="nextId">Gives ids to new shards.</param>
    /// <param name="now">The time.</param>
    public ShardState? Take(
        Func<ShardState, IReadOnlyList<int>> suitable, int most, Func<long> nextId, DateTimeOffset now)
    {
        for (int at = 0; at < _waiting.Count; at++)
        {
            ShardState shard = _waiting[at];
            if (now < shard.NotBefore || suitable(shard) is not { Count: > 0 } suits)
            {
                continue;
            }

            List<int> taken = suits.Where(u => !ledger.IsDone(u)).Take(most).ToList();
            List<int> left = shard.Units.Except(taken).Where(u => !ledger.IsDone(u)).ToList();
            shard.Units = taken;
            _waiting.RemoveAt(at--);
            if (left.Count > 0)
            {
                _waiting.Insert(++at, Rest(shard, left, nextId()));
            }

            if (taken.Count > 0)
            {
                return shard;
            }
        }

        return null;
    }

    private static ShardState Rest(ShardState shard, List<int> units, long id)
    {
        var rest = new ShardState(id, units) { NotBefore = shard.NotBefore };
        rest.Failures.AddRange(shard.Failures);
        rest.Tried.UnionWith(shard.Tried);
        return rest;
    }
}
