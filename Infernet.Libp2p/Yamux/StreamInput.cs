using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Infernet.Libp2p.Yamux;

/// <summary>The reader's side of a stream: a pipe that tells the stream's window how far the reader is.</summary>
internal sealed class StreamInput(YamuxStream stream, PipeReader inner) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;
    private long _consumed;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> read = inner.ReadAsync(cancellationToken);
        if (!read.IsCompletedSuccessfully)
        {
            // Whoever waits for the peer wants it to know all that was written so far.
            stream.SendHead();
            return AwaitAsync(read);
        }

        ReadResult result = read.Result;
        _buffer = result.Buffer;
        return new ValueTask<ReadResult>(result);
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result))
        {
            return false;
        }

        _buffer = result.Buffer;
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        long seen = _consumed + LengthUntil(examined);
        _consumed += LengthUntil(consumed);
        _buffer = default;
        inner.AdvanceTo(consumed, examined);
        stream.OnAdvanced(_consumed, seen);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <summary>Says that nothing more will be read; what still comes is thrown away.</summary>
    public override void Complete(Exception? exception = null)
    {
        stream.StopReading();
        inner.Complete();
    }

    // As a pipe does, the default position counts as the beginning.
    private long LengthUntil(SequencePosition position) =>
        position.Equals(default) ? 0 : _buffer.Slice(_buffer.Start, position).Length;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read)
    {
        ReadResult result = await read.ConfigureAwait(false);
        _buffer = result.Buffer;
        return result;
    }
}
