using System.Buffers;

namespace Infernet.Core.Multiformats;

/// <summary>
/// Unsigned LEB128 variable-length integers, as multiformats and protobuf use them.
/// Source: https://github.com/multiformats/unsigned-varint. Values need at most nine bytes (63 bits), and the
/// shortest form is required.
/// </summary>
public static class Varint
{
    /// <summary>The longest encoding that the specification allows, in bytes.</summary>
    public const int MaxLength = 9;

    /// <summary>The number of bytes that <paramref name="value"/> takes.</summary>
    public static int Size(ulong value)
    {
        int size = 1;
        while ((value >>= 7) != 0)
        {
            size++;
        }

        return size;
    }

    /// <summary>Writes <paramref name="value"/> and returns the number of bytes written.</summary>
    public static int Write(Span<byte> destination, ulong value)
    {
        int i = 0;
        while (value >= 0x80)
        {
            destination[i++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[i++] = (byte)value;
        return i;
    }

    /// <summary>Appends <paramref name="value"/> to <paramref name="writer"/>.</summary>
    public static void Write(IBufferWriter<byte> writer, ulong value)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Advance(Write(writer.GetSpan(10), value));
    }

    /// <summary>
    /// Reads one value from the start of <paramref name="source"/>.
    /// </summary>
    /// <returns>Whether the value is whole (<see cref="OperationStatus.Done"/>), still incomplete
    /// (<see cref="OperationStatus.NeedMoreData"/>) or broken (<see cref="OperationStatus.InvalidData"/>).</returns>
    public static OperationStatus Read(ReadOnlySpan<byte> source, out ulong value, out int length)
    {
        value = 0;
        for (length = 0; length < source.Length && length < MaxLength; length++)
        {
            byte b = source[length];
            value |= (ulong)(b & 0x7f) << (7 * length);
            if (b < 0x80)
            {
                length++;
                bool minimal = b != 0 || length == 1;
                return minimal ? OperationStatus.Done : OperationStatus.InvalidData;
            }
        }

        return length == MaxLength ? OperationStatus.InvalidData : OperationStatus.NeedMoreData;
    }

    /// <summary>As <see cref="Read(ReadOnlySpan{byte}, out ulong, out int)"/>, over a segmented buffer.</summary>
    public static OperationStatus Read(in ReadOnlySequence<byte> source, out ulong value, out int length)
    {
        if (source.FirstSpan.Length >= MaxLength || source.IsSingleSegment)
        {
            return Read(source.FirstSpan, out value, out length);
        }

        Span<byte> head = stackalloc byte[MaxLength];
        ReadOnlySequence<byte> start = source.Length > MaxLength ? source.Slice(0, MaxLength) : source;
        start.CopyTo(head);
        return Read(head[..(int)start.Length], out value, out length);
    }
}
