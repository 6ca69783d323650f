using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>Items that travel together, through as many attempts as they need. Of an item it holds one copy.</summary>
internal sealed class ShardState(long id, IReadOnlyList<int> units)
{
    public long Id { get; } = id;

    /// <summary>What it still has to bring, as units of <see cref="ItemLedger"/>.</summary>
    public IReadOnlyList<int> Units { get; set; } = units;

    /// <summary>How often it was sent; numbers the attempts.</summary>
    public int Sent { get; set; }

    /// <summary>The attempts that are out and not called off.</summary>
    public List<AttemptState> Out { get; } = [];

    /// <summary>The attempts that failed, and why.</summary>
    public List<ShardFailure> Failures { get; } = [];

    /// <summary>Who had it to no avail, whether or not that counts as a failure of the shard.</summary>
    public HashSet<PeerId> Tried { get; } = [];

    /// <summary>Not to be tried again before.</summary>
    public DateTimeOffset NotBefore { get; set; }
}
