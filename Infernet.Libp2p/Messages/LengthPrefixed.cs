using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Infernet.Core.Multiformats;

namespace Infernet.Libp2p.Messages;

/// <summary>
/// Protobuf messages, each behind its length as an unsigned varint: how libp2p's protocols and ours frame them.
/// The size is checked against the protocol's limit before anything is allocated.
/// </summary>
public static class LengthPrefixed
{
    /// <summary>Reads one message; null when the peer closed its side between two messages.</summary>
    /// <exception cref="MessageException">Too large, broken, or cut off.</exception>
    public static ValueTask<T?> ReadAsync<T>(
        PipeReader reader, MessageParser<T> parser, int maxSize, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        ArgumentNullException.ThrowIfNull(parser);
        return ReadAsync(reader, body => Parse(parser, body), maxSize, cancellationToken);
    }

    /// <summary>As above, with a parser of the caller's; it throws <see cref="MessageException"/> for broken bytes.</summary>
    internal static async ValueTask<T?> ReadAsync<T>(
        PipeReader reader, Func<ReadOnlySequence<byte>, T> parse, int maxSize, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(reader);
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            if (buffer.IsEmpty && read.IsCompleted)
            {
                reader.AdvanceTo(buffer.End);
                return null;
            }

            T? message = TryParse(buffer, parse, maxSize, out SequencePosition consumed);
            reader.AdvanceTo(consumed, message is null ? buffer.End : consumed);
            if (message is not null)
            {
                return message;
            }

            if (read.IsCompleted)
            {
                throw new MessageException("The peer closed the stream in the middle of a message.");
            }
        }
    }

    /// <summary>Writes one message and flushes it.</summary>
    public static async ValueTask WriteAsync(PipeWriter writer, IMessage message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(writer);
        Write(writer, message);
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Appends one message without flushing.</summary>
    public static void Write(IBufferWriter<byte> writer, IMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        Varint.Write(writer, (ulong)message.CalculateSize());
        message.WriteTo(writer);
    }

    private static T? TryParse<T>(
        in ReadOnlySequence<byte> buffer, Func<ReadOnlySequence<byte>, T> parse, int maxSize,
        out SequencePosition consumed)
        where T : class
    {
        consumed = buffer.Start;
        OperationStatus status = Varint.Read(buffer, out ulong size, out int prefix);
        if (status == OperationStatus.InvalidData)
        {
            throw new MessageException("The message's length is not a varint in its shortest form.");
        }

        if (status == OperationStatus.NeedMoreData)
        {
            return null;
        }

        if (size > (ulong)maxSize)
        {
            throw new MessageException($"The message has {size} bytes; this protocol allows {maxSize}.");
        }

        if (buffer.Length - prefix < (long)size)
        {
            return null;
        }

        ReadOnlySequence<byte> body = buffer.Slice(prefix, (long)size);
        consumed = body.End;
        return parse(body);
    }

    private static T Parse<T>(MessageParser<T> parser, in ReadOnlySequence<byte> body)
        where T : class, IMessage<T>
    {
        try
        {
            return parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw new MessageException($"The message is not a {typeof(T).Name}: {broken.Message}", broken);
        }
    }
}
