using System.Buffers;
using System.IO.Pipelines;
using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.Hosting;

namespace Infernet.Libp2p.GossipSub.Streams;

/// <summary>
/// The stream to one peer: opened when the peer is met, opened again when it breaks, given up when the peer goes.
/// Source: pubsub specification, "Stream management": the outbound stream is only written.
/// </summary>
internal sealed class PeerSession(
    Libp2pHost host, PeerId peer, (string Id, PeerProtocol Protocol) protocol, GossipSubLimits limits,
    TimeProvider time, CancellationToken stopping)
{
    /// <summary>Written before a flush, in bytes, so that a full outbox does not become one huge buffer.</summary>
    private const int FlushSize = 64 * 1024;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource _ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PeerStream? _inbound;
    private volatile bool _isWriting;
    private readonly Lock _gate = new();
    private Task _cancelling = Task.CompletedTask;
    private bool _isEnded;

    public PeerId Peer => peer;

    public PeerProtocol Protocol => protocol.Protocol;

    public PeerOutbox Outbox { get; } = new(limits);

    /// <summary>Ends when the peer can be sent to, or never will.</summary>
    public Task Ready => _ready.Task;

    public Task Ended => _ended.Task;

    public bool IsEnding => _ending.IsCancellationRequested;

    /// <summary>Whether the router knows the peer; set and read by the session's own task alone.</summary>
    public bool IsKnown { get; set; }

    /// <summary>
    /// Runs until the peer is gone. <paramref name="greet"/> is called with each stream that was opened.
    /// </summary>
    public async Task RunAsync(Action<PeerSession> greet)
    {
        TimeSpan retry = FirstRetry;
        try
        {
            while (!await TryServeAsync(greet).ConfigureAwait(false))
            {
                await Task.Delay(retry, time, _ending.Token).ConfigureAwait(false);
                retry = retry * 2 < LastRetry ? retry * 2 : LastRetry;
            }
        }
        catch (OperationCanceledException)
        {
            // The peer is gone, or the service stops.
        }
    }

    /// <summary>The peer opened a stream; an older one of it is given up.</summary>
    public void SetInbound(PeerStream stream)
    {
        stream.MarkBackground();
        Interlocked.Exchange(ref _inbound, stream)?.Reset();
    }

    /// <summary>Begins to end. May be called under locks: whatever waits for it goes on elsewhere.</summary>
    public void BeginEnd()
    {
        lock (_gate)
        {
            if (!_isEnded)
            {
                _cancelling = Task.WhenAll(_cancelling, _ending.CancelAsync());
            }
        }
    }

    /// <summary>Ends once everything is written that waits to be; at once if there is no stream to write to.</summary>
    public void BeginFinish()
    {
        Outbox.Complete();
        if (!_isWriting)
        {
            BeginEnd();
        }
    }

    /// <summary>Called by the owner when nothing refers to the session any more.</summary>
    public async Task EndAsync()
    {
        BeginEnd();
        lock (_gate)
        {
            _isEnded = true;
        }

        await _cancelling.ConfigureAwait(false);
        Outbox.Complete();
        _ready.TrySetResult();
        Interlocked.Exchange(ref _inbound, null)?.Reset();
        _ended.TrySetResult();
        _ending.Dispose();
    }

    // True when the outbox is finished; false when the stream could not be had, or broke.
    private async Task<bool> TryServeAsync(Action<PeerSession> greet)
    {
        try
        {
            PeerStream? stream = await host.TryOpenStreamAsync(peer, protocol.Id, _ending.Token).ConfigureAwait(false);
            if (stream is null)
            {
                return false;
            }

            await using (stream.ConfigureAwait(false))
            {
                stream.MarkBackground();
                greet(this);
                _ready.TrySetResult();
                using var broken = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
                Task watching = WatchAsync(stream, broken);
                try
                {
                    _isWriting = true;
                    await WriteAsync(stream, broken.Token).ConfigureAwait(false);
                    await stream.CloseWriteAsync(_ending.Token).ConfigureAwait(false);

                    // Whoever closes the connection now may have the peer forget what it has not read yet: it closes its
                    // side when it has read all.
                    await watching.WaitAsync(_ending.Token).ConfigureAwait(false);
                    return true;
                }
                finally
                {
                    _isWriting = false;
                    await broken.CancelAsync().ConfigureAwait(false);
                    await watching.ConfigureAwait(false);
                }
            }
        }
        catch (Exception failed) when (failed is IOException or OperationCanceledException)
        {
            _ending.Token.ThrowIfCancellationRequested();
            return false;
        }
    }

    private async Task WriteAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        int unflushed = 0;
        bool goesOn = true;
        while (goesOn)
        {
            goesOn = await Outbox.WaitAsync(cancellationToken).ConfigureAwait(false);
            while (Outbox.TryTake(out OutboundRpc rpc))
            {
                stream.Output.Write(rpc.Frame);
                unflushed += rpc.Frame.Length;
                if (unflushed >= FlushSize)
                {
                    await stream.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
                    unflushed = 0;
                }
            }

            await stream.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            unflushed = 0;
        }
    }

    // A peer may close its side of a stream that it only reads; but a reset, or talk, ends it.
    private static async Task WatchAsync(PeerStream stream, CancellationTokenSource broken)
    {
        try
        {
            ReadResult read = await stream.Input.ReadAsync(broken.Token).ConfigureAwait(false);
            if (read.IsCompleted && read.Buffer.IsEmpty)
            {
                return;
            }

            stream.Reset();
        }
        catch (IOException)
        {
            // The writer need not wait for its next write to notice.
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await broken.CancelAsync().ConfigureAwait(false);
    }
}
