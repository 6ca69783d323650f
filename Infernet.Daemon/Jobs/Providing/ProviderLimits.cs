namespace Infernet.Daemon.Jobs.Providing;

/// <summary>What this node lets aggregators ask of it. Immutable.</summary>
internal sealed record ProviderLimits
{
    /// <summary>Jobs of others at a time; further ones are declined. A stake can bring more, and never less.</summary>
    public int MaxSessions { get; init; } = 64;

    /// <summary>The most that a stake can bring, also where its tier says any number: each job takes memory.</summary>
    public int MaxStakedSessions { get; init; } = 512;

    /// <summary>Items that one job may have here at a time, for each slot of the engine.</summary>
    public int ItemsPerSlot { get; init; } = 16;

    /// <summary>Bytes of inputs that one job may have here at a time.</summary>
    public long MaxBytesInFlight { get; init; } = 16 << 20;

    /// <summary>Most tokens that one item may ask for.</summary>
    public uint MaxTokens { get; init; } = 128 << 10;

    /// <summary>Receipts that wait for the aggregator's acknowledgement; older ones are forgotten.</summary>
    public int MaxUnacknowledged { get; init; } = 1_024;

    /// <summary>How long an aggregator may take for its offer.</summary>
    public TimeSpan OfferTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a job may have nothing to do here before it is closed.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long finished work may take to be sent when the node stops.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(3);
}
