namespace Infernet.Dht.Routing;

/// <summary>What a routing table makes of a peer.</summary>
internal enum Admission
{
    /// <summary>It stands in the table.</summary>
    Member,

    /// <summary>There is a place for it, once it has answered a request.</summary>
    Probe,

    /// <summary>Its bucket is full of peers that work; it waits for one of them to fail.</summary>
    Waiting,

    /// <summary>Too many of its network are here already.</summary>
    NetworkCrowded,

    /// <summary>It is this node.</summary>
    Self,
}
