namespace Infernet.Libp2p.Yamux;

/// <summary>Yamux specification, "Type Field".</summary>
internal enum FrameType : byte
{
    Data = 0,
    WindowUpdate = 1,
    Ping = 2,
    GoAway = 3,
}
