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

    /// <summary>How long a dial may take, from the TCP connect to the negotiated muxer.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock behind every time-out and keep-alive.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
