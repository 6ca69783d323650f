using Infernet.Core.Identity;
using Infernet.Core.Payments;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>A shard that is out at a provider.</summary>
internal sealed class AttemptState(
    AttemptId id, PeerId peer, ShardState shard, IReadOnlyList<int> items, IReadOnlyList<int> units, long bytes,
    DateTimeOffset at)
{
    private Dictionary<int, int>? _units;

    public AttemptId Id { get; } = id;

    public PeerId Peer { get; } = peer;

    public ShardState Shard { get; } = shard;

    /// <summary>The inputs, by index.</summary>
    public IReadOnlyList<int> Items { get; } = items;

    /// <summary>Which copy of each input it is: a unit beside each item.</summary>
    public IReadOnlyList<int> Units { get; } = units;

    /// <summary>The unit of an item; null if it was not asked for.</summary>
    public int? UnitOf(int item) =>
        (_units ??= Items.Zip(Units).ToDictionary()).TryGetValue(item, out int unit) ? unit : null;

    /// <summary>Bytes of its inputs.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>The most that it can take, as far as its items have not ended; for a provider that is paid.</summary>
    public Usage Bound { get; set; }

    /// <summary>The most that it can cost; 0 at a provider that is not paid.</summary>
    public ulong Cost { get; set; }

    public DateTimeOffset SentAt { get; } = at;

    /// <summary>Outputs that came so far.</summary>
    public int Arrived { get; set; }

    /// <summary>Whether it was called off and only its last receipt is awaited.</summary>
    public bool Cancelled { get; set; }

    /// <summary>Items that the provider still owes.</summary>
    public int Owed => Items.Count - Arrived;
}
