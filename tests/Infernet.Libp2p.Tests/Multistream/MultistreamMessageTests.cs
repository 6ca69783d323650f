using System.Buffers;
using Infernet.Libp2p.Multistream;

namespace Infernet.Libp2p.Tests.Multistream;

internal sealed class MultistreamMessageTests
{
    [Test]
    public void Encode_OfRefusal_IsAsSpecified() =>
        Assert.That(MultistreamMessage.Encode("na"), Is.EqualTo(new byte[] { 3, (byte)'n', (byte)'a', (byte)'\n' }));

    [Test]
    public void TryRead_CutAnywhere_WaitsForMore()
    {
        byte[] whole = MultistreamMessage.Encode("/" + new string('x', 500));
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.That(MultistreamMessage.TryRead(whole.AsSpan(0, length), out _, out _), Is.False);
        }

        Assert.That(MultistreamMessage.TryRead(whole, out string message, out int consumed), Is.True);
        Assert.That(message, Has.Length.EqualTo(501));
        Assert.That(consumed, Is.EqualTo(whole.Length));
    }

    [Test]
    public void TryRead_OverTwoSegments_IsTheSame()
    {
        byte[] whole = MultistreamMessage.Encode("/a/b/1.0.0");
        var first = new Segment(whole.AsMemory(0, 1), null);
        var last = new Segment(whole.AsMemory(1), first);
        var sequence = new ReadOnlySequence<byte>(first, 0, last, whole.Length - 1);

        Assert.That(MultistreamMessage.TryRead(sequence, out string message, out _), Is.True);
        Assert.That(message, Is.EqualTo("/a/b/1.0.0"));
    }

    private static readonly byte[][] Broken =
    [
        [0],                       // an empty message
        [0x80, 0x00],              // a length that is not in its shortest form
        [0x81, 0x08],              // 1,025 bytes
        [0xff, 0xff, 0xff, 0x7f],  // far too long
        [3, (byte)'n', (byte)'a', (byte)'x'],
    ];

    [TestCaseSource(nameof(Broken))]
    public void TryRead_OfBrokenMessage_Throws(byte[] bytes) =>
        Assert.That(() => MultistreamMessage.TryRead(bytes, out _, out _), Throws.TypeOf<MultistreamException>());

    [Test]
    public void TryRead_OfAnyBytes_GivesMessageNotYetOrProtocolError()
    {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(40)];
            random.NextBytes(bytes);
            if (bytes.Length > 0 && i % 2 == 0)
            {
                bytes[0] = (byte)random.Next(bytes.Length + 2);
            }

            try
            {
                MultistreamMessage.TryRead(bytes, out _, out _);
            }
            catch (MultistreamException)
            {
            }
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            RunningIndex = before is null ? 0 : before.RunningIndex + before.Memory.Length;
            before?.Next = this;
        }
    }
}
