using System.IO.Pipelines;

namespace Infernet.Libp2p.Yamux;

/// <summary>The writer's side of a stream: a pipe whose flush puts the stream in line for sending.</summary>
internal sealed class StreamOutput(YamuxStream stream, PipeWriter inner) : PipeWriter
{
    /// <summary>What one large write passes on at a time, in bytes.</summary>
    private const int ChunkLength = 64 * 1024;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<FlushResult> flush = inner.FlushAsync(cancellationToken);
        stream.Schedule();
        return flush;
    }

    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (source.Length > ChunkLength)
        {
            return WriteChunksAsync(source, cancellationToken);
        }

        Append(source.Span);
        return FlushAsync(cancellationToken);
    }

    /// <summary>Closes our side behind what was written, or resets the stream if there was an error.</summary>
    public override void Complete(Exception? exception = null)
    {
        if (exception is not null)
        {
            stream.Reset($"The writer gave up: {exception.Message}");
        }

        inner.Complete();
        stream.Schedule();
    }

    // A large write is passed on in portions, so that it never lies in memory a second time as a whole.
    private async ValueTask<FlushResult> WriteChunksAsync(
        ReadOnlyMemory<byte> source, CancellationToken cancellationToken)
    {
        FlushResult result = default;
        while (!source.IsEmpty && !result.IsCompleted && !result.IsCanceled)
        {
            int count = Math.Min(source.Length, ChunkLength);
            Append(source.Span[..count]);
            source = source[count..];
            result = await FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private void Append(ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty)
        {
            return;
        }

        source.CopyTo(inner.GetSpan(source.Length));
        inner.Advance(source.Length);
    }
}
