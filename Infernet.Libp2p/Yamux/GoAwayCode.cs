namespace Infernet.Libp2p.Yamux;

/// <summary>Why a connection ends; Yamux specification, "Session termination".</summary>
internal enum GoAwayCode
{
    Normal = 0,
    ProtocolError = 1,
    InternalError = 2,
}
