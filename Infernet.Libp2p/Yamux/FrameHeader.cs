using System.Buffers.Binary;

namespace Infernet.Libp2p.Yamux;

/// <summary>
/// The 12 bytes in front of each frame. Source: https://github.com/hashicorp/yamux/blob/master/spec.md, "Framing".
/// </summary>
/// <param name="Type">What the frame is.</param>
/// <param name="Flags">What it does to its stream.</param>
/// <param name="StreamId">The stream; 0 for the connection.</param>
/// <param name="Length">Data: bytes that follow. Window update: bytes granted. Ping: its value. Go away: the code.</param>
internal readonly record struct FrameHeader(FrameType Type, FrameFlags Flags, uint StreamId, uint Length)
{
    public const int Size = 12;
    private const byte Version = 0;
    private const ushort KnownFlags = 0x0f;

    /// <summary>Reads and checks a header.</summary>
    /// <exception cref="YamuxConnectionException">It breaks the specification.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> source)
    {
        if (source[0] != Version)
        {
            throw Broken($"a frame of version {source[0]} came; only version {Version} is known");
        }

        if (source[1] > (byte)FrameType.GoAway)
        {
            throw Broken($"a frame of the unknown type {source[1]} came");
        }

        ushort flags = BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        if ((flags & ~KnownFlags) != 0)
        {
            throw Broken($"a frame with the unknown flags 0x{flags:x4} came");
        }

        var header = new FrameHeader(
            (FrameType)source[1],
            (FrameFlags)flags,
            BinaryPrimitives.ReadUInt32BigEndian(source[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[8..]));

        // "StreamID Field": 0 is the session's, and pings and go-aways are the session's alone.
        bool isSessions = header.Type is FrameType.Ping or FrameType.GoAway;
        return isSessions == (header.StreamId == 0)
            ? header
            : throw Broken($"a {header.Type} frame for the stream {header.StreamId} came");
    }

    public void Write(Span<byte> destination)
    {
        destination[0] = Version;
        destination[1] = (byte)Type;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)Flags);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], StreamId);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Length);
    }

    private static YamuxConnectionException Broken(string what) =>
        new(GoAwayCode.ProtocolError, $"Yamux: {what}.");
}
