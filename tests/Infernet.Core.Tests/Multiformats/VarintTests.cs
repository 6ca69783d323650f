using System.Buffers;
using Infernet.Core.Multiformats;

namespace Infernet.Core.Tests.Multiformats;

/// <summary>The examples are those of https://github.com/multiformats/unsigned-varint.</summary>
[TestFixture]
public sealed class VarintTests
{
    [TestCase("")]
    [TestCase("80")]
    [TestCase("ffffffffffffffff")]
    public void Read_CutOff_NeedsMoreData(string hex) => AssertStatus(hex, OperationStatus.NeedMoreData);

    [TestCase("8000", TestName = "Read_ZeroInTwoBytes_IsInvalid")]
    [TestCase("8100", TestName = "Read_OneInTwoBytes_IsInvalid")]
    [TestCase("ff8000", TestName = "Read_127InThreeBytes_IsInvalid")]
    [TestCase("ffffffffffffffffff01", TestName = "Read_TenBytes_IsInvalid")]
    [TestCase("ffffffffffffffffff", TestName = "Read_NineBytesWithoutEnd_IsInvalid")]
    [TestCase("808080808080808000", TestName = "Read_NineBytesNotShortest_IsInvalid")]
    public void Read_Broken_IsInvalid(string hex) => AssertStatus(hex, OperationStatus.InvalidData);

    [TestCase(0ul, "00")]
    [TestCase(1ul, "01")]
    [TestCase(127ul, "7f")]
    [TestCase(128ul, "8001")]
    [TestCase(255ul, "ff01")]
    [TestCase(300ul, "ac02")]
    [TestCase(16384ul, "808001")]
    [TestCase((1ul << 63) - 1, "ffffffffffffffff7f")]
    public void Write_Value_IsTheSpecifiedFormAndReadsBack(ulong value, string hex)
    {
        var writer = new ArrayBufferWriter<byte>();
        Varint.Write(writer, value);
        Assert.That(Convert.ToHexStringLower(writer.WrittenSpan), Is.EqualTo(hex));
        Assert.That(Varint.Size(value), Is.EqualTo(hex.Length / 2));
        Assert.That(Varint.Read(writer.WrittenSpan, out ulong read, out int length), Is.EqualTo(OperationStatus.Done));
        Assert.That((read, length), Is.EqualTo((value, hex.Length / 2)));
    }

    [Test]
    public void Read_BytesBehindTheValue_AreLeftAlone()
    {
        OperationStatus status = Varint.Read([0xac, 0x02, 0xff, 0xff], out ulong value, out int length);
        Assert.That(status, Is.EqualTo(OperationStatus.Done));
        Assert.That((value, length), Is.EqualTo((300ul, 2)));
    }

    [Test]
    public void Read_AnyBytesInAnySegments_AgreesWithOneSegment()
    {
        var random = new Random(11);
        for (int i = 0; i < 5_000; i++)
        {
            byte[] bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            OperationStatus whole = Varint.Read(bytes, out ulong value, out int length);
            OperationStatus split = Varint.Read(InSingleBytes(bytes), out ulong splitValue, out int splitLength);
            Assert.That(
                (split, splitValue, splitLength), Is.EqualTo((whole, value, length)), Convert.ToHexString(bytes));
        }
    }

    private static void AssertStatus(string hex, OperationStatus expected) =>
        Assert.That(Varint.Read(Convert.FromHexString(hex), out _, out _), Is.EqualTo(expected));

    private static ReadOnlySequence<byte> InSingleBytes(byte[] bytes)
    {
        var first = new Segment(ReadOnlyMemory<byte>.Empty, 0);
        Segment last = first;
        for (int i = 0; i < bytes.Length; i++)
        {
            last = last.Append(bytes.AsMemory(i, 1));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
