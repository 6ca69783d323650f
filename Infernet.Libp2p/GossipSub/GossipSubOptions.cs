using Infernet.Core.Multiformats;

namespace Infernet.Libp2p.GossipSub;

/// <summary>
/// How a node takes part in GossipSub; the names and defaults are those of the specification. Immutable; validated
/// when the service starts. Source: gossipsub v1.0, "Parameters", and v1.1, "Overview of New Parameters".
/// </summary>
public sealed record GossipSubOptions
{
    /// <summary>D: the mesh peers of a topic that are aimed at.</summary>
    public int MeshSize { get; init; } = 6;

    /// <summary>D_low: with fewer, peers are grafted.</summary>
    public int MeshLow { get; init; } = 4;

    /// <summary>D_high: with more, peers are pruned.</summary>
    public int MeshHigh { get; init; } = 12;

    /// <summary>D_score: the best peers by score that survive when a mesh is pruned.</summary>
    public int MeshByScore { get; init; } = 4;

    /// <summary>D_out: mesh peers that this side dialled; below D_low and at most half of D.</summary>
    public int MeshOutbound { get; init; } = 2;

    /// <summary>D_lazy: the least number of peers that hear gossip.</summary>
    public int GossipSize { get; init; } = 6;

    /// <summary>The share of peers that hear gossip, where that is more than <see cref="GossipSize"/>.</summary>
    public double GossipFactor { get; init; } = 0.25;

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan FanoutTtl { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Heartbeats for which messages can be asked for.</summary>
    public int CacheWindows { get; init; } = 5;

    /// <summary>Heartbeats for which messages are gossiped about.</summary>
    public int GossipWindows { get; init; } = 3;

    public TimeSpan SeenTtl { get; init; } = TimeSpan.FromMinutes(2);

    public TimeSpan PruneBackoff { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan UnsubscribeBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How soon after a PRUNE a GRAFT is a flood, and penalised once more.</summary>
    public TimeSpan GraftFloodThreshold { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether own messages go to all peers of the topic rather than to the mesh alone.</summary>
    public bool FloodPublish { get; init; } = true;

    /// <summary>Whether a PRUNE for oversubscription recommends other peers.</summary>
    public bool ExchangePeers { get; init; } = true;

    /// <summary>How long closing waits at most until peers have read what was sent to them last.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan OpportunisticGraftInterval { get; init; } = TimeSpan.FromMinutes(1);

    public int OpportunisticGraftPeers { get; init; } = 2;

    /// <summary>How long a peer may take to send what it advertised.</summary>
    public TimeSpan IWantFollowUp { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Explicit peering agreements: addresses with the peer at the end. They are kept connected.</summary>
    public IReadOnlyList<Multiaddr> DirectPeers { get; init; } = [];

    public TimeSpan DirectConnectInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Makes a message's id; null for the default of the specification, author followed by sequence number. All peers
    /// of a topic must do alike.
    /// </summary>
    public Func<GossipMessage, byte[]>? MessageId { get; init; }

    public PeerScoreOptions Score { get; init; } = new();

    public GossipSubLimits Limits { get; init; } = new();

    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is out of the range that the specification gives.
    /// </exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MeshLow);
        ArgumentOutOfRangeException.ThrowIfLessThan(MeshSize, MeshLow);
        ArgumentOutOfRangeException.ThrowIfLessThan(MeshHigh, MeshSize);
        ArgumentOutOfRangeException.ThrowIfNegative(MeshByScore);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MeshByScore, MeshHigh);
        ValidateOutbound();
        ArgumentOutOfRangeException.ThrowIfNegative(GossipSize);
        ArgumentOutOfRangeException.ThrowIfNegative(GossipFactor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(GossipFactor, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(GossipWindows);
        ArgumentOutOfRangeException.ThrowIfLessThan(CacheWindows, GossipWindows);
        ArgumentOutOfRangeException.ThrowIfNegative(OpportunisticGraftPeers);
        foreach (TimeSpan time in (TimeSpan[])
        [
            HeartbeatInterval, FanoutTtl, SeenTtl, PruneBackoff, UnsubscribeBackoff, GraftFloodThreshold,
            OpportunisticGraftInterval, IWantFollowUp, DirectConnectInterval, CloseTimeout,
        ])
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        }

        if (DirectPeers.Any(a => a.PeerId is null))
        {
            throw new ArgumentOutOfRangeException(nameof(DirectPeers), "An address lacks the peer at its end.");
        }

        Score.Validate();
        Limits.Validate();
    }

    // v1.1, "Outbound Mesh Quotas": below D_low and at most D/2; a node without a mesh has all of them at zero.
    private void ValidateOutbound()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MeshOutbound);
        if (MeshOutbound > 0)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(MeshOutbound, MeshLow);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(MeshOutbound, MeshSize / 2);
        }
    }
}
