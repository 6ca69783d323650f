namespace Infernet.Libp2p.Yamux;

/// <summary>Yamux specification, "Flag Field".</summary>
[Flags]
internal enum FrameFlags : ushort
{
    None = 0,

    /// <summary>Opens a stream; on a ping, asks for the answer.</summary>
    Syn = 1,

    /// <summary>Accepts a stream; on a ping, is the answer.</summary>
    Ack = 2,

    /// <summary>The sender writes no more.</summary>
    Fin = 4,

    /// <summary>The stream is over at once, both ways.</summary>
    Reset = 8,
}
