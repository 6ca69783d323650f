using Infernet.Core.Identity;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Upgrade;

namespace Infernet.Libp2p.Yamux;

/// <summary>
/// One multiplexed connection. Its read loop cuts what arrives into frames and hands each to one method; its
/// <see cref="FrameSender"/> sends. A stream's error resets the stream, a connection's error ends the connection
/// with a go-away that tells the code; both are caught in one place each.
/// Source: https://github.com/libp2p/specs/blob/master/yamux/README.md.
/// </summary>
internal sealed class YamuxSession : IAsyncDisposable
{
    private readonly SecureLink _link;
    private readonly YamuxOptions _options;
    private readonly Action<YamuxStream> _onInbound;
    private readonly FrameParser _parser = new();
    private readonly StreamTable _streams;
    private readonly KeepAlive _keepAlive;
    private readonly SemaphoreSlim _ackBacklog;
    private readonly Lock _closeGate = new();

    // Neither this source nor the semaphore has anything to dispose: no timer, no wait handle.
    private readonly CancellationTokenSource _closed = new();
    private Task _reading = Task.CompletedTask;
    private Task? _closing;
    private long _extraBuffer;
    private long _unread;
    private int _emptyFrames;
    private bool _isRemoteLeaving;

    public YamuxSession(SecureLink link, bool isDialer, YamuxOptions options, Action<YamuxStream> onInbound)
    {
        _link = link;
        _options = options;
        _onInbound = onInbound;
        _streams = new StreamTable(isDialer, options.MaxInboundStreams, options.Time.GetTimestamp());
        _keepAlive = new KeepAlive(options);
        _ackBacklog = new SemaphoreSlim(options.MaxAckBacklog);
        Sender = new FrameSender(link.Link, link.Writer, link.Preamble, options, OnSendFailed);
    }

    public PeerId Remote => _link.Remote;

    public FrameSender Sender { get; }

    /// <summary>Streams that are open now, both ways.</summary>
    public int StreamCount => _streams.Count;

    /// <summary>When a stream was last opened or closed, or the connection began.</summary>
    public long LastActivity => _streams.LastChange;

    /// <summary>Cancelled when the connection is over.</summary>
    public CancellationToken Closed => _closed.Token;

    /// <summary>Whether new streams may be opened.</summary>
    public bool IsOpen => !_closed.IsCancellationRequested && !_isRemoteLeaving;

    /// <summary>Ends when the read loop has ended.</summary>
    public Task Ended => _reading;

    /// <summary>Why the connection is over; null while it is not.</summary>
    public Exception? CloseReason { get; private set; }

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
        if (_closed.IsCancellationRequested)
        {
            // The close may have passed over the table before this stream stood in it.
            stream.Abort(Lost());
            ThrowIfOver();
        }

        return stream;
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

    /// <summary>Reserves buffer memory beyond the initial windows; false if the connection has none left.</summary>
    internal bool TryReserve(int bytes)
    {
        if (Interlocked.Add(ref _extraBuffer, bytes) <= _options.MaxExtraBuffer)
        {
            return true;
        }

        Interlocked.Add(ref _extraBuffer, -bytes);
        return false;
    }

    /// <summary>Counts bytes that a stream is about to hold; false if the connection holds too many already.</summary>
    internal bool TryHold(int bytes)
    {
        if (Interlocked.Add(ref _unread, bytes) <= _options.MaxUnread)
        {
            return true;
        }

        Release(bytes);
        return false;
    }

    /// <summary>Counts bytes that a stream holds no longer.</summary>
    internal void Release(long bytes) => Interlocked.Add(ref _unread, -bytes);

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
            Interlocked.Add(ref _extraBuffer, -stream.Reserved);
            Acknowledge(stream);
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
                    Process(_link.Reader.TakeAll().Span);
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

    private void Process(ReadOnlySpan<byte> input)
    {
        while (_parser.TryRead(ref input, out FramePiece piece))
        {
            switch (piece.Header.Type)
            {
                case FrameType.Ping:
                    OnPing(piece.Header);
                    break;
                case FrameType.GoAway:
                    OnGoAway(piece.Header);
                    break;
                default:
                    OnStreamFrame(piece);
                    break;
            }
        }
    }

    private void OnStreamFrame(in FramePiece piece)
    {
        bool isNew = piece.IsFirst && piece.Header.Flags.HasFlag(FrameFlags.Syn);
        YamuxStream? stream = isNew ? AcceptStream(piece.Header) : FindStream(piece.Header);
        if (stream is null)
        {
            return;
        }

        try
        {
            HandleStreamFrame(stream, piece);
        }
        catch (YamuxStreamException broken)
        {
            stream.Reset(broken.Message);
        }

        // Only now, so that the handler finds what came with the opening frame.
        if (isNew)
        {
            _onInbound(stream);
        }
    }

    private void HandleStreamFrame(YamuxStream stream, in FramePiece piece)
    {
        FrameHeader header = piece.Header;
        if (piece.IsFirst)
        {
            CountEmpty(header);
            Acknowledge(stream);
        }

        if (header.Type == FrameType.WindowUpdate)
        {
            stream.OnWindowUpdate(header.Length);
        }
        else if (!piece.Payload.IsEmpty)
        {
            stream.OnData(piece.Payload);
        }

        if (piece.IsLast && header.Flags.HasFlag(FrameFlags.Reset))
        {
            stream.Abort(new StreamResetException("The peer reset the stream."));
        }
        else if (piece.IsLast && header.Flags.HasFlag(FrameFlags.Fin))
        {
            stream.OnFin();
        }
    }

    // Null for frames of streams that are over: those may have crossed our own end of the stream.
    private YamuxStream? FindStream(FrameHeader header)
    {
        YamuxStream? stream = _streams.Find(header.StreamId);
        if (stream is null && !_streams.WasOpened(header.StreamId))
        {
            throw new YamuxConnectionException(
                GoAwayCode.ProtocolError,
                $"Yamux: a {header.Type} frame came for the stream {header.StreamId}, which was never opened.");
        }

        return stream;
    }

    private YamuxStream? AcceptStream(FrameHeader header)
    {
        switch (_streams.CanAccept(header.StreamId))
        {
            case StreamAdmission.WrongSide:
                throw new YamuxConnectionException(
                    GoAwayCode.ProtocolError, $"Yamux: the peer opened the stream {header.StreamId}, an id of ours.");
            case StreamAdmission.InUse:
                throw new YamuxConnectionException(
                    GoAwayCode.ProtocolError, $"Yamux: the peer opened the stream {header.StreamId} twice.");
            case StreamAdmission.TooMany:
                Sender.Enqueue(new FrameHeader(FrameType.WindowUpdate, FrameFlags.Reset, header.StreamId, 0));
                return null;
        }

        var stream = new YamuxStream(this, header.StreamId, isInbound: true, _options, default);
        _streams.Accept(stream, _options.Time.GetTimestamp());
        if (_closed.IsCancellationRequested)
        {
            stream.Abort(Lost());
            return null;
        }

        return stream;
    }

    private void OnPing(FrameHeader header)
    {
        // "Flag Field": SYN asks, ACK answers; the value is echoed.
        if (header.Flags.HasFlag(FrameFlags.Syn))
        {
            Sender.Enqueue(header with { Flags = FrameFlags.Ack });
        }
        else
        {
            _keepAlive.OnAnswer(header.Length);
        }
    }

    private void OnGoAway(FrameHeader header)
    {
        _isRemoteLeaving = true;
        string why = header.Length switch
        {
            (uint)GoAwayCode.Normal => "The peer closes the connection.",
            (uint)GoAwayCode.ProtocolError => "The peer says that this side broke the protocol.",
            (uint)GoAwayCode.InternalError => "The peer closes the connection because of an internal error.",
            _ => $"The peer closes the connection with the unknown code {header.Length}.",
        };

        // After a normal go-away the open streams may still end; the peer closes the connection behind them.
        if (header.Length != (uint)GoAwayCode.Normal || _streams.Count == 0)
        {
            throw new EndOfStreamException(why);
        }
    }

    private void CountEmpty(FrameHeader header)
    {
        bool isEmpty = header is { Length: 0, Flags: FrameFlags.None };
        _emptyFrames = isEmpty ? _emptyFrames + 1 : 0;
        if (_emptyFrames > _options.MaxEmptyFrames)
        {
            throw new YamuxConnectionException(
                GoAwayCode.ProtocolError, $"Yamux: more than {_options.MaxEmptyFrames} empty frames came in a row.");
        }
    }

    private void Acknowledge(YamuxStream stream)
    {
        if (stream.TryAcknowledge())
        {
            _ackBacklog.Release();
        }
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

        if (_isRemoteLeaving)
        {
            throw new StreamResetException($"The peer {Remote} is closing its connection and takes no more streams.");
        }
    }

    private StreamResetException Lost() =>
        new($"The connection to {Remote} is over: {CloseReason?.GetBaseException().Message}", CloseReason);
}
