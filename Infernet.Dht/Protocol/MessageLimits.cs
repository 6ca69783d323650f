namespace Infernet.Dht.Protocol;

/// <summary>What a message may hold and a stream may do. Immutable.</summary>
public sealed record MessageLimits
{
    /// <summary>The largest message that is read, in bytes.</summary>
    public int MaxSize { get; init; } = 64 * 1024;

    /// <summary>The longest key of FIND_NODE, in bytes.</summary>
    public int MaxTargetLength { get; init; } = 256;

    /// <summary>The longest key of a provider record, in bytes: no multihash or CID in use is longer.</summary>
    public int MaxProviderKeyLength { get; init; } = 80;

    /// <summary>Most closer peers taken from one answer; the rest is ignored.</summary>
    public int MaxCloserPeers { get; init; } = 20;

    /// <summary>Most providers taken from one answer; the rest is ignored.</summary>
    public int MaxProviders { get; init; } = 128;

    /// <summary>Most peers that an announcement may name; one that names more is refused.</summary>
    public int MaxAnnouncedPeers { get; init; } = 20;

    /// <summary>Most addresses taken, or told, per peer.</summary>
    public int MaxAddressesPerPeer { get; init; } = 8;

    /// <summary>Most streams of one peer that are served at a time; one more is reset.</summary>
    public int MaxServedStreamsPerPeer { get; init; } = 64;

    /// <summary>How long a served stream may stay silent between two requests.</summary>
    public TimeSpan ServedStreamIdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long an idle stream of ours is kept for the next request. js-libp2p closes it after ten seconds.
    /// </summary>
    public TimeSpan IdleStreamTimeToLive { get; init; } = TimeSpan.FromSeconds(7);

    /// <summary>Most idle streams kept per peer.</summary>
    public int MaxIdleStreamsPerPeer { get; init; } = 2;

    /// <summary>Most idle streams kept for all peers together.</summary>
    public int MaxIdleStreams { get; init; } = 512;
}
