using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>A shard that is out at a provider.</summary>
internal sealed class AttemptState(
    AttemptId id, PeerId peer, ShardState shard, IReadOnlyList<int> items, long bytes, DateTimeOffset at)
{
    public AttemptId Id { get; } = id;

    public PeerId Peer { get; } = peer;

    public ShardState Shard { get; } = shard;

    public IReadOnlyList<int> Items { get; } = items;

    /// <summary>Bytes of its inputs.</summary>
    public long Bytes { get; } = bytes;

    public DateTimeOffset SentAt { get; } = at;

    /// <summary>Outputs that came so far.</summary>
    public int Arrived { get; set; }

    /// <summary>Whether it was called off and only its last receipt is awaited.</summary>
    public bool Cancelled { get; set; }

    /// <summary>Items that the provider still owes.</summary>
    public int Owed => Items.Count - Arrived;
}
