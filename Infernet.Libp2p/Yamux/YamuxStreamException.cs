namespace Infernet.Libp2p.Yamux;

/// <summary>One stream can't go on; it is reset, and the connection lives.</summary>
internal sealed class YamuxStreamException(uint streamId, string message) : IOException(message)
{
    public uint StreamId => streamId;
}
