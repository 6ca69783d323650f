namespace Infernet.Libp2p.Hosting;

/// <summary>Where an address of a peer comes from; the better one is tried first and kept longer.</summary>
internal enum AddressTrust
{
    /// <summary>Somebody said so.</summary>
    Hearsay,

    /// <summary>The peer said so, on a connection that proves who it is or by its signature.</summary>
    Claimed,

    /// <summary>The peer was reached there.</summary>
    Proven,
}
