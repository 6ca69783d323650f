using System.IO.Pipelines;
using Infernet.Libp2p.Hosting;

namespace Infernet.Libp2p.Yamux;

/// <summary>
/// One stream of a connection. Three parties meet here: the connection's read loop fills the receiving side, whoever
/// sends at the moment empties the sending side into frames, and the application uses the other ends. Each side has
/// its own lock and the stream's state a third; none is held while another is taken, and nothing is awaited under one.
/// </summary>
internal sealed class YamuxStream
{
    private readonly YamuxSession _session;
    private readonly ReceivingSide _receiving;
    private readonly SendingSide _sending;

    private readonly Lock _gate = new();
    private readonly SendWindow _sendWindow = new();
    private FrameFlags _pendingFlags;
    private uint _pendingCredit;
    private StreamState _state;
    private bool _isResetting;
    private bool _isAcknowledged;

    public YamuxStream(YamuxSession session, uint id, bool isInbound, YamuxOptions options, ReadOnlyMemory<byte> head)
    {
        _session = session;
        _receiving = new ReceivingSide(id, options, session.Budget);
        _sending = new SendingSide(options.MaxUnsentPerStream, head);
        _pendingFlags = isInbound ? FrameFlags.Ack : FrameFlags.Syn;
        _isAcknowledged = isInbound;
        Id = id;
        IsInbound = isInbound;
        Input = new StreamInput(this, _receiving.Reader);
        Output = new StreamOutput(this, _sending.Writer);
    }

    public uint Id { get; }

    public bool IsInbound { get; }

    /// <summary>Whether the stream is no reason to keep the connection; guarded by the stream table.</summary>
    public bool IsBackground { get; set; }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>Whether the stream is in line for sending; the sender's own.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>What the stream has reserved from the connection's buffer memory.</summary>
    internal int Reserved => _receiving.Reserved;

    /// <summary>Adds bytes to be sent in front of the output, with its first flush or when the reader waits.</summary>
    public void AppendHead(ReadOnlyMemory<byte> head) => _sending.AppendHead(head);

    /// <summary>Sends the head if it has not gone out with data yet.</summary>
    public void SendHead()
    {
        if (_sending.HasHead)
        {
            Schedule();
        }
    }

    public void MarkBackground() => _session.MarkBackground(this);

    public void Schedule() => _session.Sender.Schedule(this);

    /// <summary>Ends the stream at once, and tells the peer.</summary>
    public void Reset(string reason)
    {
        lock (_gate)
        {
            if (_state.HasFlag(StreamState.Gone) || _isResetting)
            {
                return;
            }

            _isResetting = true;
        }

        EndBoth(new StreamResetException(reason));
        Schedule();
    }

    /// <summary>
    /// Gives up what is left of the stream: our side is closed, and the peer has a while to close its own.
    /// </summary>
    public void Linger()
    {
        _receiving.Linger();
        Output.Complete();
        Input.Complete();
    }

    /// <summary>Resets the stream if it has lingered for too long.</summary>
    internal void OnTick()
    {
        if (_receiving.HasLingeredTooLong())
        {
            Reset("The peer did not close its side in time.");
        }
    }

    /// <summary>Takes in a part of a data frame; called by the read loop.</summary>
    internal void OnData(ReadOnlySpan<byte> payload) => Grant(_receiving.Receive(payload));

    /// <summary>Notes that the peer closed its side.</summary>
    internal void OnFin()
    {
        _receiving.End(null);
        Note(StreamState.RemoteClosed);
    }

    /// <summary>Ends both sides without a word to the peer, who reset the stream or is gone.</summary>
    internal void Abort(Exception reason)
    {
        EndBoth(reason);
        Note(StreamState.Gone);
    }

    internal void OnWindowUpdate(uint count)
    {
        bool isValid;
        lock (_gate)
        {
            isValid = _sendWindow.TryGrant(count);
        }

        if (!isValid)
        {
            throw new YamuxStreamException(Id, "The peer granted a window of more than 4 GiB.");
        }

        if (count > 0)
        {
            _session.Sender.Enqueue(this);
        }
    }

    /// <summary>Whether this is the peer's first sign that it took a stream of ours.</summary>
    internal bool TryAcknowledge()
    {
        lock (_gate)
        {
            bool isFirst = !_isAcknowledged;
            _isAcknowledged = true;
            return isFirst;
        }
    }

    /// <summary>Told by the input how far its reader is, in bytes since the stream's start.</summary>
    internal void OnAdvanced(long consumed, long examined)
    {
        uint credit = _receiving.Advance(consumed, examined, _session.WindowTurnaround, out bool isStuck);
        if (isStuck)
        {
            Reset($"The reader waits for more than the {examined - consumed} bytes that the stream may hold.");
        }

        Grant(credit);
    }

    internal void StopReading() => _receiving.StopReading();

    /// <summary>
    /// Writes what the stream has to say, at most a window update, a data frame and a FIN; called by the sender alone.
    /// </summary>
    /// <param name="space">Room for at least three headers and a byte.</param>
    /// <param name="maxPayload">The stream's share of the room.</param>
    /// <param name="hasMore">Whether there is more that could be sent at once.</param>
    /// <returns>The bytes that were written.</returns>
    internal int WriteFrames(Span<byte> space, int maxPayload, out bool hasMore)
    {
        hasMore = false;
        FrameFlags flags;
        uint credit;
        long window;
        bool isReset;
        lock (_gate)
        {
            if (_state.HasFlag(StreamState.Gone))
            {
                return 0;
            }

            isReset = _isResetting;
            _state |= isReset ? StreamState.Gone : StreamState.Open;
            flags = _pendingFlags;
            credit = _pendingCredit;
            window = _sendWindow.Available;
            _pendingFlags = FrameFlags.None;
            _pendingCredit = 0;
        }

        if (isReset)
        {
            return WriteReset(space, flags);
        }

        int written = 0;
        if (credit > 0)
        {
            Write(space, ref written, FrameType.WindowUpdate, ref flags, credit);
        }

        int room = Math.Min(maxPayload, space.Length - written - (2 * FrameHeader.Size));
        Span<byte> payload = space.Slice(written + FrameHeader.Size, (int)Math.Min(window, room));
        int count = _sending.Take(payload, out bool hasData, out bool isEnd);
        if (count > 0)
        {
            Write(space, ref written, FrameType.Data, ref flags, (uint)count);
            written += count;
        }

        // The specification lets the FIN travel on the last data, but js-libp2p then loses that data.
        flags |= isEnd ? FrameFlags.Fin : FrameFlags.None;
        if (flags != FrameFlags.None)
        {
            Write(space, ref written, FrameType.WindowUpdate, ref flags, 0);
        }

        hasMore = OnSent(count, hasData, isEnd);
        return written;
    }

    // The first frame of a stream carries its opening or acknowledging flag, the others none.
    private void Write(Span<byte> space, ref int written, FrameType type, ref FrameFlags flags, uint length)
    {
        new FrameHeader(type, flags, Id, length).Write(space[written..]);
        written += FrameHeader.Size;
        flags = FrameFlags.None;
    }

    private int WriteReset(Span<byte> space, FrameFlags unsent)
    {
        _session.Remove(this);

        // A stream that the peer never heard of needs no reset.
        if (unsent.HasFlag(FrameFlags.Syn))
        {
            return 0;
        }

        new FrameHeader(FrameType.WindowUpdate, FrameFlags.Reset, Id, 0).Write(space);
        return FrameHeader.Size;
    }

    private bool OnSent(int count, bool hasData, bool isEnd)
    {
        bool canGoOn;
        lock (_gate)
        {
            _sendWindow.Consume(count);
            canGoOn = hasData && _sendWindow.Available > 0;
        }

        if (isEnd)
        {
            Note(StreamState.LocalClosed);
        }

        return canGoOn;
    }

    private void Grant(uint credit)
    {
        if (credit > 0)
        {
            lock (_gate)
            {
                _pendingCredit += credit;
            }

            _session.MeasureRoundTrip();
            Schedule();
        }
    }

    private void Note(StreamState change)
    {
        bool isOver;
        lock (_gate)
        {
            if (_state.HasFlag(StreamState.Gone))
            {
                return;
            }

            _state |= change;
            isOver = change == StreamState.Gone
                || (_state.HasFlag(StreamState.LocalClosed) && _state.HasFlag(StreamState.RemoteClosed));
            if (isOver)
            {
                _state |= StreamState.Gone;
            }
        }

        if (isOver)
        {
            _session.Remove(this);
        }
    }

    private void EndBoth(Exception reason)
    {
        _receiving.End(reason);
        _sending.Abort(reason);
    }
}
