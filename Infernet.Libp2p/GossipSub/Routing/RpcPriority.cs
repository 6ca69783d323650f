namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>What goes first when too much waits for a peer.</summary>
internal enum RpcPriority
{
    /// <summary>Can be lost: IHAVE, IWANT, and messages that the peer asked for.</summary>
    Gossip,

    /// <summary>Messages: what is lost may come by gossip.</summary>
    Message,

    /// <summary>Subscriptions, GRAFT and PRUNE: a loss would leave both sides with different meshes.</summary>
    Control,
}
