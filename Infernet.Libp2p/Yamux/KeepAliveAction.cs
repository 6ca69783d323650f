namespace Infernet.Libp2p.Yamux;

/// <summary>What the keep-alive clock asks for.</summary>
internal enum KeepAliveAction
{
    None,

    /// <summary>Ask the peer for a sign of life.</summary>
    Ping,

    /// <summary>The peer has not answered in time; the connection is dead.</summary>
    GiveUp,
}
