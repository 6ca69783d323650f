using System.Buffers;
using System.IO.Pipelines;
using Infernet.Libp2p.Hosting;

namespace Infernet.Libp2p.Yamux;

/// <summary>
/// One stream of a connection. Three parties meet here, each under its own lock: the connection's read loop fills
/// the input pipe, whoever sends at the moment empties the output pipe into frames, and the application uses the
/// other ends. No lock is held while another of them is taken, and nothing is awaited under one.
/// </summary>
internal sealed class YamuxStream
{
    private static readonly PipeOptions InputOptions = new(
        pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false);

    private readonly YamuxSession _session;
    private readonly YamuxOptions _options;
    private readonly Pipe _input = new(InputOptions);
    private readonly Pipe _output;

    private readonly Lock _inputGate = new();
    private readonly ReceiveWindow _receiveWindow;
    private bool _isInputEnded;
    private bool _isDiscarding;
    private bool _isLingering;
    private long _lingerSince;
    private long _discarded;
    private long _lastCredit;

    private readonly Lock _outputGate = new();
    private ReadOnlyMemory<byte> _head;
    private bool _isOutputEnded;

    private readonly Lock _stateGate = new();
    private readonly SendWindow _sendWindow = new();
    private FrameFlags _pendingFlags;
    private uint _pendingCredit;
    private StreamState _state;
    private string? _resetReason;
    private bool _isAcknowledged;

    public YamuxStream(YamuxSession session, uint id, bool isInbound, YamuxOptions options, ReadOnlyMemory<byte> head)
    {
        _session = session;
        _options = options;
        _head = head;
        _output = new Pipe(new PipeOptions(
            pauseWriterThreshold: options.MaxUnsentPerStream,
            resumeWriterThreshold: options.MaxUnsentPerStream / 2,
            useSynchronizationContext: false));
        _receiveWindow = new ReceiveWindow(options.MaxStreamWindow, session.TryReserve);
        _pendingFlags = isInbound ? FrameFlags.Ack : FrameFlags.Syn;
        _isAcknowledged = isInbound;
        _lastCredit = options.Time.GetTimestamp();
        Id = id;
        IsInbound = isInbound;
        Input = new StreamInput(this, _input.Reader);
        Output = new StreamOutput(this, _output.Writer);
    }

    public uint Id { get; }

    public bool IsInbound { get; }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>Whether the stream is in line for sending; the sender's own.</summary>
    internal bool IsQueued { get; set; }

    /// <summary>What the stream has reserved from the connection's buffer memory.</summary>
    internal int Reserved => _receiveWindow.Reserved;

    /// <summary>Adds bytes to be sent in front of the output, with its first flush or when the reader waits.</summary>
    public void AppendHead(ReadOnlyMemory<byte> head)
    {
        lock (_outputGate)
        {
            _head = _head.IsEmpty ? head : (byte[])[.. _head.Span, .. head.Span];
        }
    }

    /// <summary>Sends the head if it has not gone out with data yet.</summary>
    public void SendHead()
    {
        bool isWaiting;
        lock (_outputGate)
        {
            isWaiting = !_head.IsEmpty;
        }

        if (isWaiting)
        {
            Schedule();
        }
    }

    public void Schedule() => _session.Sender.Schedule(this);

    /// <summary>Ends the stream at once, and tells the peer.</summary>
    public void Reset(string reason)
    {
        lock (_stateGate)
        {
            if (_state.HasFlag(StreamState.Gone) || _resetReason is not null)
            {
                return;
            }

            _resetReason = reason;
        }

        EndBoth(new StreamResetException(reason));
        Schedule();
    }

    /// <summary>
    /// Gives up what is left of the stream: our side is closed, and the peer has a while to close its own.
    /// </summary>
    public void Linger()
    {
        lock (_inputGate)
        {
            _isLingering = true;
            _lingerSince = _options.Time.GetTimestamp();
        }

        Output.Complete();
        Input.Complete();
    }

    /// <summary>Resets the stream if it has lingered for too long.</summary>
    internal void OnTick()
    {
        bool isLate;
        lock (_inputGate)
        {
            isLate = _isLingering && _options.Time.GetElapsedTime(_lingerSince) > _options.LingerTimeout;
        }

        if (isLate)
        {
            Reset("The peer did not close its side in time.");
        }
    }

    /// <summary>Takes in a part of a data frame; called by the read loop.</summary>
    internal void OnData(ReadOnlySpan<byte> payload)
    {
        uint credit = 0;
        bool isWaste = false;
        lock (_inputGate)
        {
            if (_isInputEnded)
            {
                throw new YamuxStreamException(Id, "The peer sent data on a side that it had closed.");
            }

            // Yamux specification, "Flow Control": nobody may send beyond the window.
            if (!_receiveWindow.TryReceive(payload.Length))
            {
                throw new YamuxConnectionException(
                    GoAwayCode.ProtocolError, $"Yamux: the peer overran the window of the stream {Id}.");
            }

            if (_isDiscarding)
            {
                _discarded += payload.Length;
                isWaste = _isLingering && _discarded > _options.MaxLingerBytes;
                credit = _receiveWindow.Advance(_receiveWindow.Received, _receiveWindow.Received, grow: false);
            }
            else if (_session.TryHold(payload.Length))
            {
                FillInput(payload);
            }
            else
            {
                throw new YamuxStreamException(
                    Id, $"The streams of the connection hold {_options.MaxUnread} bytes that nobody reads.");
            }
        }

        if (isWaste)
        {
            throw new YamuxStreamException(Id, "The peer goes on sending on a stream that nobody reads.");
        }

        Grant(credit);
    }

    /// <summary>Notes that the peer closed its side.</summary>
    internal void OnFin()
    {
        lock (_inputGate)
        {
            if (!_isInputEnded)
            {
                _isInputEnded = true;
                _input.Writer.Complete();
            }
        }

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
        lock (_stateGate)
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
        lock (_stateGate)
        {
            bool isFirst = !_isAcknowledged;
            _isAcknowledged = true;
            return isFirst;
        }
    }

    internal void OnAdvanced(long consumed, long examined)
    {
        uint credit;
        bool isStuck;
        lock (_inputGate)
        {
            if (_isDiscarding)
            {
                return;
            }

            long before = _receiveWindow.Unconsumed;
            bool grow = _options.Time.GetElapsedTime(_lastCredit) < _session.WindowTurnaround;
            credit = _receiveWindow.Advance(consumed, examined, grow && !_isInputEnded);
            credit = _isInputEnded ? 0 : credit;
            _session.Release(before - _receiveWindow.Unconsumed);
            isStuck = !_isInputEnded && _receiveWindow.IsStuck;
            if (credit > 0)
            {
                _lastCredit = _options.Time.GetTimestamp();
            }
        }

        if (isStuck)
        {
            Reset($"The reader waits for more than the {_receiveWindow.Unconsumed} bytes that a stream may hold.");
        }

        Grant(credit);
    }

    internal void StopReading()
    {
        lock (_inputGate)
        {
            if (!_isDiscarding)
            {
                _isDiscarding = true;
                _session.Release(_receiveWindow.Unconsumed);
            }
        }
    }

    internal void OnOutputCompleted() => Schedule();

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
        lock (_stateGate)
        {
            if (_state.HasFlag(StreamState.Gone))
            {
                return 0;
            }

            isReset = _resetReason is not null;
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
            new FrameHeader(FrameType.WindowUpdate, flags, Id, credit).Write(space);
            written = FrameHeader.Size;
            flags = FrameFlags.None;
        }

        int room = Math.Min(maxPayload, space.Length - written - (2 * FrameHeader.Size));
        Span<byte> payload = space.Slice(written + FrameHeader.Size, room);
        int count = TakeOutput(payload[..(int)Math.Min(window, room)], out bool hasData, out bool isEnd);
        if (count > 0)
        {
            new FrameHeader(FrameType.Data, flags, Id, (uint)count).Write(space[written..]);
            written += FrameHeader.Size + count;
            flags = FrameFlags.None;
        }

        // The specification lets the FIN travel on the last data, but js-libp2p then loses that data.
        flags |= isEnd ? FrameFlags.Fin : FrameFlags.None;
        if (flags != FrameFlags.None)
        {
            new FrameHeader(FrameType.WindowUpdate, flags, Id, 0).Write(space[written..]);
            written += FrameHeader.Size;
        }

        hasMore = OnSent(count, hasData, isEnd);
        return written;
    }

    // Copies from the head and the output pipe. Runs under the output's lock, so that a reset can't take the pipe's
    // memory away meanwhile.
    private int TakeOutput(Span<byte> destination, out bool hasMore, out bool isEnd)
    {
        hasMore = false;
        isEnd = false;
        lock (_outputGate)
        {
            if (_isOutputEnded)
            {
                return 0;
            }

            int count = Math.Min(_head.Length, destination.Length);
            _head.Span[..count].CopyTo(destination);
            _head = _head[count..];
            hasMore = !_head.IsEmpty;
            if (hasMore || !_output.Reader.TryRead(out ReadResult read))
            {
                return count;
            }

            ReadOnlySequence<byte> taken = read.Buffer.Slice(
                0, Math.Min(read.Buffer.Length, destination.Length - count));
            taken.CopyTo(destination[count..]);
            count += (int)taken.Length;
            hasMore = taken.Length < read.Buffer.Length;
            isEnd = read.IsCompleted && !hasMore;
            _output.Reader.AdvanceTo(taken.End);
            if (isEnd)
            {
                _isOutputEnded = true;
                _output.Reader.Complete();
            }

            return count;
        }
    }

    private void FillInput(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(_input.Writer.GetSpan(payload.Length));
        _input.Writer.Advance(payload.Length);
        ValueTask<FlushResult> flush = _input.Writer.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("A pipe without a threshold never makes its writer wait.");
        }
    }

    private bool OnSent(int count, bool hasData, bool isEnd)
    {
        bool canGoOn;
        lock (_stateGate)
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

    private int WriteReset(Span<byte> space, FrameFlags flags)
    {
        _session.Remove(this);

        // A stream that the peer never heard of needs no reset.
        if (flags.HasFlag(FrameFlags.Syn))
        {
            return 0;
        }

        new FrameHeader(FrameType.WindowUpdate, FrameFlags.Reset, Id, 0).Write(space);
        return FrameHeader.Size;
    }

    private void Grant(uint credit)
    {
        if (credit > 0)
        {
            lock (_stateGate)
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
        lock (_stateGate)
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
        lock (_inputGate)
        {
            if (!_isInputEnded)
            {
                _isInputEnded = true;
                _input.Writer.Complete(reason);
            }
        }

        lock (_outputGate)
        {
            if (!_isOutputEnded)
            {
                _isOutputEnded = true;
                _output.Reader.Complete(reason);
            }
        }
    }
}
