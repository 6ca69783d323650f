namespace Infernet.Core.Api;

/// <summary>What <c>GET /v1/node</c> answers: how this node is, and what of it does not work.</summary>
public sealed record NodeStatus
{
    public required string PeerId { get; init; }

    public required string Version { get; init; }

    public required IReadOnlyList<string> ListenAddresses { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required int ConnectedPeers { get; init; }

    public required int RoutingTableSize { get; init; }

    public required int KnownProviders { get; init; }

    public required int TotalSlots { get; init; }

    public required int FreeSlots { get; init; }

    public required HardwareStatus Hardware { get; init; }

    public required IReadOnlyList<ModelStatus> Models { get; init; }

    /// <summary>Jobs that this node submitted and that still run.</summary>
    public required int ActiveJobs { get; init; }

    /// <summary>Shards that this node computed for others since it started.</summary>
    public required long ShardsServed { get; init; }

    public required long TokensServed { get; init; }

    /// <summary>What is degraded, one sentence each; empty when all is well.</summary>
    public required IReadOnlyList<string> Problems { get; init; }
}
