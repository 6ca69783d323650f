namespace Infernet.Dht;

/// <summary>
/// What a node does for others. Source: https://github.com/libp2p/specs/blob/master/kad-dht/README.md,
/// "Client and server mode".
/// </summary>
public enum DhtMode
{
    /// <summary>Serves requests, keeps records for others, stands in their routing tables.</summary>
    Server,

    /// <summary>Only asks: for nodes that others can't reach. Doesn't announce the protocol.</summary>
    Client,
}
