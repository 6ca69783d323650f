namespace Infernet.ContentStore.Exchange;

/// <summary>How the exchange fetches and serves. Immutable; validated at construction.</summary>
public sealed record ExchangeOptions
{
    /// <summary>The most peers that one fetch takes from at a time.</summary>
    public int MaxPeersPerFetch { get; init; } = 8;

    /// <summary>The most providers that one fetch tries before it gives up.</summary>
    public int MaxProvidersPerFetch { get; init; } = 64;

    /// <summary>The most bytes that are asked of one peer at a time.</summary>
    public int MaxWindowBytes { get; init; } = 32 << 20;

    /// <summary>The most blocks that are asked of one peer at a time; less than what others queue for us.</summary>
    public int MaxWindowBlocks { get; init; } = 256;

    /// <summary>How much of a peer's measured speed is asked for ahead.</summary>
    public TimeSpan WindowTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A peer that owes blocks and sends no byte for this long is given up.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A block that does not come in this time is a failure of its peer, however it trickles.</summary>
    public TimeSpan BlockTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How often a peer that is itself still fetching is asked again what it has.</summary>
    public TimeSpan HaveInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The most blocks that a peer may have asked us for and not got yet, on one stream.</summary>
    public int MaxQueuedWants { get; init; } = 512;

    /// <summary>The most streams of this protocol that one peer may have open towards us.</summary>
    public int MaxStreamsPerPeer { get; init; } = 4;

    /// <summary>The most blocks that are read from disk at a time, for all peers together.</summary>
    public int MaxConcurrentReads { get; init; } = 8;

    /// <summary>A stream on which a peer asks nothing, or takes nothing, for this long is closed.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>The clock behind every time-out.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxPeersPerFetch);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxProvidersPerFetch, MaxPeersPerFetch);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWindowBytes, Dag.DagLimits.MaxBlockSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxWindowBlocks);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueuedWants, MaxWindowBlocks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxStreamsPerPeer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxConcurrentReads);
        foreach (TimeSpan time in (TimeSpan[])[WindowTime, StallTimeout, BlockTimeout, HaveInterval, IdleTimeout])
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        }
    }
}
