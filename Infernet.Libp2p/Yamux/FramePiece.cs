namespace Infernet.Libp2p.Yamux;

/// <summary>A frame, or a part of a data frame whose payload came in portions.</summary>
internal readonly ref struct FramePiece(FrameHeader header, ReadOnlySpan<byte> payload, bool isFirst, bool isLast)
{
    public FrameHeader Header { get; } = header;

    /// <summary>The part of the payload that is here; empty for all but data frames.</summary>
    public ReadOnlySpan<byte> Payload { get; } = payload;

    /// <summary>Whether the frame starts with this piece.</summary>
    public bool IsFirst { get; } = isFirst;

    /// <summary>Whether the frame ends with this piece.</summary>
    public bool IsLast { get; } = isLast;
}
