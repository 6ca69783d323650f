namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>The pubsub protocol that a peer speaks; later ones can do more.</summary>
internal enum PeerProtocol
{
    /// <summary>Every message of its topics is sent to the peer; it knows no control messages.</summary>
    FloodSub,

    /// <summary>Mesh and gossip.</summary>
    GossipSub10,

    /// <summary>A PRUNE also carries back-off and peer exchange.</summary>
    GossipSub11,
}
