using Infernet.Core.Identity;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>A peer that pubsub is spoken with.</summary>
internal sealed class RouterPeer(PeerId id, PeerProtocol protocol, bool isOutbound, bool isDirect)
{
    public PeerId Id => id;

    public PeerProtocol Protocol => protocol;

    /// <summary>Whether this side dialled: such peers were chosen, and are harder to flood a mesh with.</summary>
    public bool IsOutbound => isOutbound;

    /// <summary>Whether there is an explicit peering agreement.</summary>
    public bool IsDirect => isDirect;

    public bool HasMesh => protocol != PeerProtocol.FloodSub;

    /// <summary>The topics that the peer is subscribed to.</summary>
    public HashSet<string> Topics { get; } = new(StringComparer.Ordinal);

    /// <summary>IHAVE messages since the last heartbeat.</summary>
    public int IHaves { get; set; }

    /// <summary>Ids that were asked for since the last heartbeat, because the peer has them.</summary>
    public int IdsAsked { get; set; }

    /// <summary>Ids that the peer asked for since the last heartbeat.</summary>
    public int IdsServed { get; set; }

    public void BeginHeartbeat() => (IHaves, IdsAsked, IdsServed) = (0, 0, 0);
}
