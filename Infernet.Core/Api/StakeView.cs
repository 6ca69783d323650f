namespace Infernet.Core.Api;

/// <summary>A node's stake on the chain. Amounts in the smallest unit of <see cref="Asset"/>.</summary>
public sealed record StakeView
{
    /// <summary>Whose it is.</summary>
    public required string Owner { get; init; }

    /// <summary>The account of the node: what a slash is about.</summary>
    public required string Node { get; init; }

    public required AssetView Asset { get; init; }

    /// <summary>Whether there is an account at all.</summary>
    public required bool Registered { get; init; }

    /// <summary>Whether it is registered for this node's peer id; absent for somebody else's.</summary>
    public bool? ForThisNode { get; init; }

    /// <summary>What counts for the tier.</summary>
    public ulong Staked { get; init; }

    /// <summary>What cools down; it can still be slashed.</summary>
    public ulong Pending { get; init; }

    /// <summary>When what cools down may go; absent if nothing does.</summary>
    public DateTimeOffset? UnlockAt { get; init; }

    /// <summary>What was lost so far.</summary>
    public ulong Slashed { get; init; }

    /// <summary>0 (below the lowest) to 4.</summary>
    public int Tier { get; init; }

    /// <summary>How many jobs at once the tier stands for, 0 without one; absent for any number.</summary>
    public uint? JobsAtOnce { get; init; }

    /// <summary>Seconds between asking for a stake and getting it.</summary>
    public required long CooldownSeconds { get; init; }

    /// <summary>All tiers, ascending.</summary>
    public required IReadOnlyList<StakeTierView> Tiers { get; init; }

    /// <summary>Part of what an attestation names.</summary>
    public ulong RegisteredSlot { get; init; }

    /// <summary>How often it was slashed; part of what an attestation names.</summary>
    public ulong Slashes { get; init; }
}
