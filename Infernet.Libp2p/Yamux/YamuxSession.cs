using Infernet.Core.Identity;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Upgrade;

namespace Infernet.Libp2p.Yamux;

/// <summary>
/// One multiplexed connection. Its read loop passes what arrives to the <see cref="FrameDispatcher"/>; its
/// <see cref="FrameSender"/> sends. A stream's error resets the stream, a connection's error ends the connection
/// with a go-away that tells the code; both are caught in one place each.
/// Source: https://github.com/libp2p/specs/blob/master/yamux/README.md.
/// </summary>
internal sealed class YamuxSession : IAsyncDisposable
{
    private readonly SecureLink _link;
    private readonly YamuxOptions _options;
    private readonly FrameDispatcher _dispatcher;
    private readonly StreamTable _streams;
    private readonly KeepAlive _keepAlive;
    private readonly SemaphoreSlim _ackBacklog;
    private readonly Lock _closeGate = new();

    // Neither this source nor the semaphore has anything to dispose: no timer, no wait handle.
    private readonly CancellationTokenSource _closed = new();
    private Task _reading = Task.CompletedTask;
    private Task? _closing;

    public YamuxSession(SecureLink link, bool isDialer, YamuxOptions options, Action<YamuxStream> onInbound)
    {
        _link = link;
        _options = options;
        _streams = new StreamTable(isDialer, options.MaxInboundStreams, options.Time.GetTimestamp());
        _keepAlive = new KeepAlive(options);
        _ackBacklog = new SemaphoreSlim(options.MaxAckBacklog);
        Budget = new BufferBudget(options.MaxExtraBuffer, options.MaxUnread);
        Sender = new FrameSender(link.Link, link.Writer, link.Preamble, options, OnSendFailed);
        _dispatcher = new FrameDispatcher(this, _streams, Sender, _keepAlive, options, onInbound);
    }

    public PeerId Remote => _link.Remote;

    public FrameSender Sender { get; }

    /// <summary>Streams that are open now, both ways.</summary>
    public int StreamCount => _streams.Count;

    /// <summary>Those of them that are a reason to keep the connection.</summary>
    public int BusyStreamCount => _streams.BusyCount;

    /// <summary>When a stream was last opened or closed, or the connection began.</summary>
    public long LastActivity => _streams.LastChange;

    /// <summary>Cancelled when the connection is over.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Whether new streams may be opened.</summary>
    public bool IsOpen => !_closed.IsCancellationRequested && !_dispatcher.IsRemoteLeaving;

    /// <summary>Ends when the read loop has ended.</summary>
    public Task Ended => _reading;

    /// <summary>Why the connection is over; null while it is not.</summary>
    public Exception? CloseReason { get; private set; }

    /// <summary>The buffer memory that the streams share.</summary>
    internal BufferBudget Budget { get; }

    /// <summary>A window that is used up faster than this is too small.</summary>
    internal TimeSpan WindowTurnaround => _keepAlive.WindowTurnaround;

    /// <summary>Starts the read loop.</summary>
    public void Start()
    {
        _reading = Task.Run(ReadAsync);
        Sender.Kick();
    }

    /// <summary>
    /// Opens a stream; <paramref name="head"/> travels in front of what is written first. Waits while the peer has
    /// too many unacknowledged streams of ours.
    /// </summary>
    /// <exception cref="StreamResetException">The connection is over, or the peer takes no more streams.</exception>
    public async ValueTask<YamuxStream> OpenAsync(ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        ThrowIfOver();
        if (!_ackBacklog.Wait(0, CancellationToken.None))
        {
            await WaitForBacklogAsync(cancellationToken).ConfigureAwait(false);
        }

        YamuxStream stream = _streams.Open(id => new YamuxStream(this, id, isInbound: false, _options, head));
        return AbortIfOver(stream) ? throw Lost() : stream;
    }

    /// <summary>Sends keep-alives, notices silence, and resets streams that linger. Called every few seconds.</summary>
    public void Tick()
    {
        foreach (YamuxStream stream in _streams.Snapshot())
        {
            stream.OnTick();
        }

        switch (_keepAlive.Advance())
        {
            case KeepAliveAction.Ping:
                SendPing();
                break;
            case KeepAliveAction.GiveUp:
                BeginClose(GoAwayCode.InternalError, new IOException("The peer does not answer keep-alives."));
                break;
        }
    }

    /// <summary>Says go-away, resets what is open, and ends the loops.</summary>
    public async Task CloseAsync(GoAwayCode code, string reason)
    {
        await BeginClose(code, new IOException(reason)).ConfigureAwait(false);
        await _reading.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync(GoAwayCode.Normal, "The connection was closed by this side.").ConfigureAwait(false);
        await Sender.Stopped.ConfigureAwait(false);
        _link.Dispose();
    }

    /// <summary>
    /// Aborts a stream that came into the table when the connection was over, since the close may have passed over the
    /// table before.
    /// </summary>
    internal bool AbortIfOver(YamuxStream stream)
    {
        bool isOver = _closed.IsCancellationRequested;
        if (isOver)
        {
            stream.Abort(Lost());
        }

        return isOver;
    }

    /// <summary>Sees to it that the round trip is known, now that a stream moves enough for it to matter.</summary>
    internal void MeasureRoundTrip()
    {
        if (_keepAlive.NeedsRoundTrip)
        {
            SendPing();
        }
    }

    /// <summary>Forgets a stream that is over.</summary>
    internal void Remove(YamuxStream stream)
    {
        if (_streams.Remove(stream, _options.Time.GetTimestamp()))
        {
            Budget.Unreserve(stream.Reserved);
            Acknowledge(stream);
        }
    }

    internal void MarkBackground(YamuxStream stream) => _streams.MarkBackground(stream);

    /// <summary>Notes a sign that the peer took a stream of ours.</summary>
    internal void Acknowledge(YamuxStream stream)
    {
        if (stream.TryAcknowledge())
        {
            _ackBacklog.Release();
        }
    }

    private async Task ReadAsync()
    {
        Exception reason;
        GoAwayCode code = GoAwayCode.Normal;
        try
        {
            do
            {
                do
                {
                    _dispatcher.Process(_link.Reader.TakeAll().Span);
                }
                while (_link.Reader.TryReadMessage());

                _keepAlive.OnReceived();
                Sender.Kick();
            }
            while (await _link.Reader.ReceiveAsync(CancellationToken.None).ConfigureAwait(false));

            reason = new EndOfStreamException("The peer closed the connection.");
        }
        catch (YamuxConnectionException broken)
        {
            reason = broken;
            code = broken.Code;
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException)
        {
            reason = lost;
        }
        catch (Exception defect)
        {
            // Ours, not the peer's; but the connection must not stay behind without a reader.
            reason = defect;
            code = GoAwayCode.InternalError;
        }

        await BeginClose(code, reason).ConfigureAwait(false);
    }

    private async Task WaitForBacklogAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Closed);
        try
        {
            await _ackBacklog.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Lost();
        }
    }

    private void SendPing()
    {
        Sender.Enqueue(new FrameHeader(FrameType.Ping, FrameFlags.Syn, 0, _keepAlive.NextValue()));
        Sender.Kick();
    }

    private void OnSendFailed(Exception reason) => BeginClose(GoAwayCode.Normal, reason);

    private Task BeginClose(GoAwayCode code, Exception reason)
    {
        lock (_closeGate)
        {
            if (_closing is null)
            {
                CloseReason = reason;
                _closing = Task.Run(() => EndAsync(code));
            }

            return _closing;
        }
    }

    private async Task EndAsync(GoAwayCode code)
    {
        await _closed.CancelAsync().ConfigureAwait(false);
        foreach (YamuxStream stream in _streams.Snapshot())
        {
            stream.Abort(Lost());
        }

        // A peer that does not read must not keep us: the go-away gets its time, then the connection is cut.
        Sender.Close(code);
        try
        {
            await Sender.Stopped.WaitAsync(_options.CloseTimeout, _options.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
        }

        await _link.Link.DisposeAsync().ConfigureAwait(false);
    }

    private void ThrowIfOver()
    {
        if (_closed.IsCancellationRequested)
        {
            throw Lost();
        }

        if (_dispatcher.IsRemoteLeaving)
        {
            throw new StreamResetException($"The peer {Remote} is closing its connection and takes no more streams.");
        }
    }

    private StreamResetException Lost() =>
        new($"The connection to {Remote} is over: {CloseReason?.GetBaseException().Message}", CloseReason);
}
