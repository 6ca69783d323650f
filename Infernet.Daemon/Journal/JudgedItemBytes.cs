using System.Buffers;
using System.Buffers.Binary;
using Infernet.Core.Audits;

namespace Infernet.Daemon.Journal;

/// <summary>
/// What verdicts say of items, as bytes for the journal: of each its content's key, its marks, how many ratios it has, and
/// those. Written and read by one program only; another one makes them again from the facts.
/// </summary>
internal static class JudgedItemBytes
{
    private const int HeadLength = 16 + 1 + 1;
    private const byte VoidMark = 1;
    private const byte WrongMark = 2;

    public static byte[] Write(IReadOnlyList<JudgedItem> items)
    {
        var bytes = new ArrayBufferWriter<byte>();
        foreach (JudgedItem item in items)
        {
            Span<byte> head = bytes.GetSpan(HeadLength);
            BinaryPrimitives.WriteUInt128BigEndian(head, item.Content);
            head[16] = (byte)((item.IsVoid ? VoidMark : 0) | (item.IsWrong ? WrongMark : 0));
            head[17] = checked((byte)item.Ratios.Count);
            bytes.Advance(HeadLength);
            foreach (double ratio in item.Ratios)
            {
                BinaryPrimitives.WriteDoubleBigEndian(bytes.GetSpan(sizeof(double)), ratio);
                bytes.Advance(sizeof(double));
            }
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <exception cref="ArgumentOutOfRangeException">The bytes end in the middle of an item.</exception>
    public static IReadOnlyList<JudgedItem> Read(ReadOnlySpan<byte> bytes)
    {
        var items = new List<JudgedItem>();
        while (bytes.Length > 0)
        {
            UInt128 content = BinaryPrimitives.ReadUInt128BigEndian(bytes);
            byte marks = bytes[16..][0];
            double[] ratios = new double[bytes[17..][0]];
            bytes = bytes[HeadLength..];
            for (int i = 0; i < ratios.Length; i++)
            {
                ratios[i] = BinaryPrimitives.ReadDoubleBigEndian(bytes);
                bytes = bytes[sizeof(double)..];
            }

            items.Add(new JudgedItem(content, (marks & VoidMark) != 0, (marks & WrongMark) != 0, ratios));
        }

        return items;
    }
}
