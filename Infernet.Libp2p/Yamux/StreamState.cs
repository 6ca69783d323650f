namespace Infernet.Libp2p.Yamux;

/// <summary>What has happened to a stream so far.</summary>
[Flags]
internal enum StreamState
{
    Open = 0,

    /// <summary>Our FIN was sent.</summary>
    LocalClosed = 1,

    /// <summary>The peer's FIN came.</summary>
    RemoteClosed = 2,

    /// <summary>Closed both ways, reset, or lost with its connection.</summary>
    Gone = 4,
}
