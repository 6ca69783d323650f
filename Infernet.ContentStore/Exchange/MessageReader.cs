using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Chunks;
using Infernet.Libp2p.Messages;

namespace Infernet.ContentStore.Exchange;

/// <summary>
/// Reads the protocol's messages into one buffer that is used again for each, taking bytes as they come, so that a
/// block may be larger than what the stream holds. What was read is valid until the next read.
/// </summary>
internal sealed class MessageReader(PipeReader input, Action<int>? onBytes = null) : IDisposable
{
    private byte[] _buffer = [];

    /// <summary>Reads one message.</summary>
    /// <returns>A block, or else another message; neither when the peer closed its side.</returns>
    /// <exception cref="MessageException">Too large, broken, or cut off.</exception>
    public async ValueTask<(BlockMessage? Block, ChunkMessage? Other)> ReadAsync(CancellationToken cancellationToken)
    {
        int size = await ReadSizeAsync(cancellationToken).ConfigureAwait(false);
        if (size < 0)
        {
            return (null, null);
        }

        Reserve(size);
        await FillAsync(size, cancellationToken).ConfigureAwait(false);
        ReadOnlyMemory<byte> message = _buffer.AsMemory(0, size);
        if (size > 0 && message.Span[0] == BlockMessage.Tag)
        {
            return (BlockMessage.Parse(message), null);
        }

        return (null, ParseOther(message.Span));
    }

    public void Dispose() => Reserve(0);

    private static ChunkMessage ParseOther(ReadOnlySpan<byte> message)
    {
        try
        {
            ChunkMessage parsed = ChunkMessage.Parser.ParseFrom(message);
            return parsed.BodyCase is not ChunkMessage.BodyOneofCase.None and not ChunkMessage.BodyOneofCase.Block
                ? parsed
                : throw new MessageException("The peer's message has no body that this protocol knows.");
        }
        catch (InvalidProtocolBufferException broken)
        {
            throw new MessageException($"The peer's message is broken: {broken.Message}", broken);
        }
    }

    private async ValueTask<int> ReadSizeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            OperationStatus status = Varint.Read(read.Buffer, out ulong size, out int prefix);
            if (status == OperationStatus.Done && size <= BlockMessage.MaxMessageSize)
            {
                input.AdvanceTo(read.Buffer.GetPosition(prefix));
                onBytes?.Invoke(prefix);
                return (int)size;
            }

            bool isEnd = read.IsCompleted && read.Buffer.IsEmpty;
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (status != OperationStatus.NeedMoreData)
            {
                throw new MessageException(status == OperationStatus.Done
                    ? $"The peer's message has {size} bytes; {BlockMessage.MaxMessageSize} are allowed."
                    : "The length of the peer's message is not a varint in its shortest form.");
            }

            if (read.IsCompleted)
            {
                return isEnd ? -1 : throw CutOff();
            }
        }
    }

    private async ValueTask FillAsync(int size, CancellationToken cancellationToken)
    {
        for (int filled = 0; filled < size;)
        {
            ReadResult read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> taken = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, size - filled));
            taken.CopyTo(_buffer.AsSpan(filled));
            int count = (int)taken.Length;
            filled += count;
            input.AdvanceTo(taken.End);
            onBytes?.Invoke(count);
            if (read.IsCompleted && filled < size && count == 0)
            {
                throw CutOff();
            }
        }
    }

    private void Reserve(int size)
    {
        if (size > 0 && size <= _buffer.Length)
        {
            return;
        }

        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }

        _buffer = size > 0 ? ArrayPool<byte>.Shared.Rent(size) : [];
    }

    private static MessageException CutOff() => new("The peer closed the stream in the middle of a message.");
}
