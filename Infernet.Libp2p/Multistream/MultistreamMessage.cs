using System.Buffers;
using System.Text;
using Infernet.Core.Multiformats;

namespace Infernet.Libp2p.Multistream;

/// <summary>
/// The messages of multistream-select: a line of UTF-8 behind its length as a varint. Source:
/// https://github.com/libp2p/specs/blob/master/connections, "multistream-select".
/// </summary>
internal static class MultistreamMessage
{
    /// <summary>The first message of both sides.</summary>
    public const string Header = "/multistream/1.0.0";

    /// <summary>The answer to a protocol that one does not speak.</summary>
    public const string NotAvailable = "na";

    /// <summary>The longest message that is accepted, in bytes with its newline.</summary>
    public const int MaxLength = 1024;

    /// <summary>The longest prefix that such a message can have.</summary>
    public const int MaxPrefixLength = 2;

    /// <summary>Encodes messages one behind the other.</summary>
    public static byte[] Encode(params ReadOnlySpan<string> messages)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (string message in messages)
        {
            int length = Encoding.UTF8.GetByteCount(message) + 1;
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxLength, nameof(messages));
            Varint.Write(output, (ulong)length);
            Encoding.UTF8.GetBytes(message, output);
            output.Write("\n"u8);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads one message from the start of a buffer; false if it is not whole yet.</summary>
    /// <exception cref="MultistreamException">It is too long, empty, or lacks its newline.</exception>
    public static bool TryRead(ReadOnlySpan<byte> buffer, out string message, out int consumed)
    {
        message = "";
        consumed = 0;
        OperationStatus status = Varint.Read(buffer, out ulong length, out int prefix);
        if (status == OperationStatus.NeedMoreData && buffer.Length < MaxPrefixLength)
        {
            return false;
        }

        if (status != OperationStatus.Done || length is 0 or > MaxLength)
        {
            throw new MultistreamException(
                $"A negotiation message must have 1 to {MaxLength} bytes; the peer announced another length.");
        }

        if (buffer.Length - prefix < (int)length)
        {
            return false;
        }

        ReadOnlySpan<byte> line = buffer.Slice(prefix, (int)length);
        if (line[^1] != (byte)'\n')
        {
            throw new MultistreamException("A negotiation message does not end in a newline.");
        }

        message = Encoding.UTF8.GetString(line[..^1]);
        consumed = prefix + (int)length;
        return true;
    }

    /// <summary>As above, over a segmented buffer.</summary>
    public static bool TryRead(in ReadOnlySequence<byte> buffer, out string message, out int consumed)
    {
        if (buffer.IsSingleSegment)
        {
            return TryRead(buffer.FirstSpan, out message, out consumed);
        }

        int length = (int)Math.Min(buffer.Length, MaxPrefixLength + MaxLength);
        Span<byte> copy = stackalloc byte[MaxPrefixLength + MaxLength];
        buffer.Slice(0, length).CopyTo(copy);
        return TryRead(copy[..length], out message, out consumed);
    }
}
