using Infernet.Dht.Keys;

namespace Infernet.Dht.Routing;

/// <summary>A peer in a bucket, or waiting for a place in one.</summary>
internal sealed class RoutingEntry(KadPeer peer, IpGroup? group)
{
    public KadPeer Peer { get; } = peer;

    /// <summary>The network it counts for; null if it counts for none.</summary>
    public IpGroup? Group { get; } = group;

    /// <summary>Requests in a row that went unanswered.</summary>
    public int Failures { get; set; }

    /// <summary>When it last answered, as a timestamp of the table's clock.</summary>
    public long LastSeen { get; set; }
}
