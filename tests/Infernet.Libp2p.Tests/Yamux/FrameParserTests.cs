using Infernet.Libp2p.Yamux;

namespace Infernet.Libp2p.Tests.Yamux;

internal sealed class FrameParserTests
{
    [TestCase(0, (byte)1, "version 1")]
    [TestCase(1, (byte)4, "type 4")]
    [TestCase(2, (byte)1, "flags 0x0100")]
    [TestCase(3, (byte)0x10, "flags 0x0010")]
    public void Read_HeaderWithWrongByte_IsAProtocolError(int at, byte value, string expected)
    {
        byte[] bytes = Encode(new FrameHeader(FrameType.Data, FrameFlags.None, 1, 0));
        bytes[at] = value;

        Assert.That(
            () => FrameHeader.Read(bytes),
            Throws.TypeOf<YamuxConnectionException>().With.Message.Contains(expected));
    }

    [TestCase(FrameType.Data, 0u)]
    [TestCase(FrameType.WindowUpdate, 0u)]
    [TestCase(FrameType.Ping, 1u)]
    [TestCase(FrameType.GoAway, 2u)]
    public void Read_FrameOnTheWrongKindOfStream_IsAProtocolError(object type, uint stream)
    {
        byte[] bytes = Encode(new FrameHeader((FrameType)type, FrameFlags.None, stream, 0));

        Assert.That(() => FrameHeader.Read(bytes), Throws.TypeOf<YamuxConnectionException>());
    }

    [Test]
    public void Write_OfHeader_IsAsSpecified() => Assert.That(
        Encode(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Syn | FrameFlags.Fin, 0x01020304, 0x05060708)),
        Is.EqualTo(new byte[] { 0, 1, 0, 5, 1, 2, 3, 4, 5, 6, 7, 8 }));

    [Test]
    public void TryRead_InAnyPortions_GivesTheSameFrames([Values(1, 2, 5, 11, 12, 13, 1000)] int portion)
    {
        byte[] wire =
        [
            .. Encode(new FrameHeader(FrameType.Data, FrameFlags.Syn, 1, 20)), .. Enumerable.Repeat((byte)7, 20),
            .. Encode(new FrameHeader(FrameType.Ping, FrameFlags.Syn, 0, 9)),
            .. Encode(new FrameHeader(FrameType.Data, FrameFlags.Fin, 1, 0)),
        ];
        var parser = new FrameParser();
        var frames = new List<(FrameType Type, int Length, bool IsLast)>();
        int payload = 0;
        for (int at = 0; at < wire.Length; at += portion)
        {
            ReadOnlySpan<byte> input = wire.AsSpan(at, Math.Min(portion, wire.Length - at));
            while (parser.TryRead(ref input, out FramePiece piece))
            {
                payload = piece.IsFirst ? piece.Payload.Length : payload + piece.Payload.Length;
                if (piece.IsLast)
                {
                    frames.Add((piece.Header.Type, payload, piece.IsLast));
                }
            }
        }

        Assert.That(frames, Is.EqualTo(new[]
        {
            (FrameType.Data, 20, true), (FrameType.Ping, 0, true), (FrameType.Data, 0, true),
        }));
        Assert.That(parser.IsBetweenFrames, Is.True);
    }

    [Test]
    public void TryRead_OfAnyBytes_GivesPiecesOrProtocolError()
    {
        var random = new Random(31);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            for (int zero = 0; zero < Math.Min(3, bytes.Length) && i % 4 != 0; zero++)
            {
                bytes[zero] = 0;
            }

            var parser = new FrameParser();
            ReadOnlySpan<byte> input = bytes;
            try
            {
                while (parser.TryRead(ref input, out _))
                {
                }

                Assert.That(input.Length, Is.Zero);
            }
            catch (YamuxConnectionException)
            {
            }
        }
    }

    private static byte[] Encode(FrameHeader header)
    {
        byte[] bytes = new byte[FrameHeader.Size];
        header.Write(bytes);
        return bytes;
    }
}
