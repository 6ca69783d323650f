using Infernet.Core.Schemas;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>A shard that this node computes: its items, those that have an answer, and its cancellation.</summary>
internal sealed class ShardWork(Shard shard, DateTimeOffset startedAt, CancellationToken sessionEnded) : IDisposable
{
    private readonly CancellationTokenSource _cancelled = CancellationTokenSource.CreateLinkedTokenSource(sessionEnded);
    private readonly Lock _lock = new();
    private readonly List<ItemReceipt> _finished = new(shard.Items.Count);

    public Shard Shard { get; } = shard;

    /// <summary>When its computing began; waiting for room is no work.</summary>
    public DateTimeOffset StartedAt { get; set; } = startedAt;

    /// <summary>Bytes of its inputs.</summary>
    public long Bytes { get; } = shard.CalculateSize();

    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>The lines of the receipt so far.</summary>
    public IReadOnlyList<ItemReceipt> Finished
    {
        get
        {
            lock (_lock)
            {
                return [.. _finished];
            }
        }
    }

    public void Finish(ItemReceipt line)
    {
        lock (_lock)
        {
            _finished.Add(line);
        }
    }

    public void Cancel() => _cancelled.Cancel();

    public void Dispose() => _cancelled.Dispose();
}
