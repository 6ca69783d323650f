namespace Infernet.Libp2p.Yamux;

/// <summary>Whether the peer may open a stream with the id that it chose.</summary>
internal enum StreamAdmission
{
    Allowed,

    /// <summary>The dialer opens odd ids and the listener even ones; this is one of ours.</summary>
    WrongSide,

    /// <summary>The id belongs to an open stream.</summary>
    InUse,

    /// <summary>The peer has as many streams open as it may.</summary>
    TooMany,
}
