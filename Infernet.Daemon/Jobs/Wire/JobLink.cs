using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;

namespace Infernet.Daemon.Jobs.Wire;

/// <summary>
/// Messages of the job protocol over a byte stream: a stream to a peer, or a pair of pipes to this node itself. What
/// is sent goes through a bounded queue, so that many messages share one flush and a slow peer slows its sender down.
/// </summary>
internal sealed class JobLink : IAsyncDisposable
{
    private const int MaxWaiting = 256;
    private const int MaxUnflushed = 64 << 10;

    private readonly IDuplexPipe _pipe;
    private readonly Func<ValueTask> _close;
    private readonly Channel<JobMessage> _outgoing =
        Channel.CreateBounded<JobMessage>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly CancellationTokenSource _aborted = new();
    private readonly Task _writing;
    private int _disposed;

    private JobLink(IDuplexPipe pipe, PeerId remote, IPAddress? address, Func<ValueTask> close)
    {
        (_pipe, Remote, RemoteAddress, _close) = (pipe, remote, address, close);
        _writing = WriteLoopAsync();
    }

    /// <summary>The peer at the other end.</summary>
    public PeerId Remote { get; }

    /// <summary>Where that peer is; null if it is this node, or is known by a name only.</summary>
    public IPAddress? RemoteAddress { get; }

    /// <summary>Takes a stream over; closing the link closes it.</summary>
    public static JobLink Over(PeerStream stream) =>
        new(stream, stream.RemotePeer, stream.RemoteAddress.IPAddress, () => stream.DisposeAsync());

    /// <summary>Two ends in this process, which speak with each other as peers do.</summary>
    public static (JobLink Aggregator, JobLink Provider) Loopback(PeerId self)
    {
        var options = new PipeOptions(
            pauseWriterThreshold: JobProtocol.MaxMessageSize, useSynchronizationContext: false);
        var there = new Pipe(options);
        var back = new Pipe(options);
        return (End(back.Reader, there.Writer), End(there.Reader, back.Writer));

        JobLink End(PipeReader input, PipeWriter output) => new(new Duplex(input, output), self, null, async () =>
        {
            await output.CompleteAsync().ConfigureAwait(false);
            await input.CompleteAsync().ConfigureAwait(false);
        });
    }

    /// <summary>Queues a message; waits while the queue is full.</summary>
    /// <exception cref="IOException">The link is closed, or the peer is gone.</exception>
    public async ValueTask SendAsync(JobMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await _outgoing.Writer.WriteAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new IOException(closed.InnerException?.Message ?? "the stream is closed", closed.InnerException);
        }
    }

    /// <summary>The next message; null when the peer has closed its side.</summary>
    /// <exception cref="IOException">The stream was reset, or what came is no message.</exception>
    public ValueTask<JobMessage?> ReadAsync(CancellationToken cancellationToken) =>
        LengthPrefixed.ReadAsync(_pipe.Input, JobMessage.Parser, JobProtocol.MaxMessageSize, cancellationToken);

    /// <summary>Sends what waits, then closes this side for writing.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        _outgoing.Writer.TryComplete();
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes at once; what waits is lost.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _outgoing.Writer.TryComplete();
        await _aborted.CancelAsync().ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
        await _close().ConfigureAwait(false);
        _aborted.Dispose();
    }

    private async Task WriteLoopAsync()
    {
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync(_aborted.Token).ConfigureAwait(false))
            {
                while (_outgoing.Reader.TryRead(out JobMessage? message))
                {
                    LengthPrefixed.Write(_pipe.Output, message);
                    if (_pipe.Output.UnflushedBytes >= MaxUnflushed)
                    {
                        await _pipe.Output.FlushAsync(_aborted.Token).ConfigureAwait(false);
                    }
                }

                FlushResult flushed = await _pipe.Output.FlushAsync(_aborted.Token).ConfigureAwait(false);
                if (flushed.IsCompleted)
                {
                    throw new IOException("the peer closed the stream");
                }
            }
        }
        catch (Exception failed) when (failed is IOException or OperationCanceledException or InvalidOperationException)
        {
            // Whoever reads notices the end of the stream too; senders learn it from the closed queue.
            _outgoing.Writer.TryComplete(failed);
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
