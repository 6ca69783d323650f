using Infernet.Core.Multiformats;

namespace Infernet.Libp2p.Hosting;

/// <summary>How a host listens and what it allows. Immutable; validated when the host starts.</summary>
public sealed record HostOptions
{
    /// <summary>Where to listen; empty for a node that only dials.</summary>
    public IReadOnlyList<Multiaddr> ListenAddresses { get; init; } = [];

    /// <summary>What Identify says this software is.</summary>
    public string AgentVersion { get; init; } = "infernet/0.1.0";

    /// <summary>Most connections at a time, both ways together.</summary>
    public int MaxConnections { get; init; } = 1_000;

    /// <summary>Most streams that a peer may have open towards us on one connection.</summary>
    public int MaxInboundStreamsPerConnection { get; init; } = 1_024;

    /// <summary>Most inbound connections whose handshake is under way; the oldest makes room for a new one.</summary>
    public int MaxPendingHandshakes { get; init; } = 256;

    /// <summary>How long an inbound handshake may take.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a peer may take to say which protocol a stream of its is for.</summary>
    public TimeSpan NegotiationTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection must have been without streams before it may make room for another.</summary>
    public TimeSpan IdleBeforePruned { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether /perf/1.0.0 is served: whoever asks gets as many bytes as it wants, so this is for benchmarks only.
    /// </summary>
    public bool ServePerf { get; init; }

    /// <summary>How long a dial may take, from the TCP connect to the negotiated muxer.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock behind every time-out and keep-alive.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Checks the numbers once, so that nobody has to later.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A limit or time is not above zero.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxConnections);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxInboundStreamsPerConnection);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxPendingHandshakes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DialTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(HandshakeTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(NegotiationTimeout, TimeSpan.Zero);
    }
}
