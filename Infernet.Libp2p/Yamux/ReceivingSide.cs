using System.IO.Pipelines;

namespace Infernet.Libp2p.Yamux;

/// <summary>
/// What a stream receives: a pipe that the connection's read loop fills and the application empties, and the window
/// that bounds it. One lock guards both.
/// </summary>
internal sealed class ReceivingSide
{
    private static readonly PipeOptions PipeOptions = new(
        pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false);

    private readonly uint _id;
    private readonly YamuxOptions _options;
    private readonly BufferBudget _budget;
    private readonly ReceiveWindow _window;
    private readonly Pipe _pipe = new(PipeOptions);
    private readonly Lock _gate = new();
    private bool _isEnded;
    private bool _isDiscarding;
    private bool _isLingering;
    private long _discarded;
    private long _lingerSince;
    private long _lastCredit;

    public ReceivingSide(uint id, YamuxOptions options, BufferBudget budget)
    {
        _id = id;
        _options = options;
        _budget = budget;
        _window = new ReceiveWindow(options.MaxStreamWindow, budget.TryReserve);
        _lastCredit = options.Time.GetTimestamp();
    }

    public PipeReader Reader => _pipe.Reader;

    /// <summary>What the window has reserved from the connection's budget.</summary>
    public int Reserved => _window.Reserved;

    /// <summary>Takes in a part of a data frame, and returns the credit to give for it.</summary>
    /// <exception cref="YamuxStreamException">The peer sends what the stream can't take.</exception>
    /// <exception cref="YamuxConnectionException">The peer sent beyond the window.</exception>
    public uint Receive(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_isEnded)
            {
                throw new YamuxStreamException(_id, "The peer sent data on a side that it had closed.");
            }

            // Yamux specification, "Flow Control": nobody may send beyond the window.
            if (!_window.TryReceive(payload.Length))
            {
                throw new YamuxConnectionException(
                    GoAwayCode.ProtocolError, $"Yamux: the peer overran the window of the stream {_id}.");
            }

            if (_isDiscarding)
            {
                return Discard(payload.Length);
            }

            if (!_budget.TryHold(payload.Length))
            {
                throw new YamuxStreamException(
                    _id, $"The streams of the connection hold {_options.MaxUnread} bytes that nobody reads.");
            }

            Fill(payload);
            return 0;
        }
    }

    /// <summary>Notes how far the reader is, and returns the credit to give.</summary>
    /// <param name="consumed">Bytes since the start that the reader is done with.</param>
    /// <param name="examined">Bytes since the start that it has seen.</param>
    /// <param name="turnaround">A window that is used up faster than this is too small.</param>
    /// <param name="isStuck">Whether the reader waits for more than the stream may hold.</param>
    public uint Advance(long consumed, long examined, TimeSpan turnaround, out bool isStuck)
    {
        lock (_gate)
        {
            isStuck = false;
            if (_isDiscarding)
            {
                return 0;
            }

            long before = _window.Unconsumed;
            bool grow = !_isEnded && _options.Time.GetElapsedTime(_lastCredit) < turnaround;
            uint credit = _window.Advance(consumed, examined, grow);
            _budget.Release(before - _window.Unconsumed);
            if (_isEnded)
            {
                return 0;
            }

            isStuck = _window.IsStuck;
            if (credit > 0)
            {
                _lastCredit = _options.Time.GetTimestamp();
            }

            return credit;
        }
    }

    /// <summary>Throws away what is unread and what still comes.</summary>
    public void StopReading()
    {
        lock (_gate)
        {
            if (!_isDiscarding)
            {
                _isDiscarding = true;
                _budget.Release(_window.Unconsumed);
            }
        }
    }

    /// <summary>Starts the time that the peer has to close its side.</summary>
    public void Linger()
    {
        lock (_gate)
        {
            _isLingering = true;
            _lingerSince = _options.Time.GetTimestamp();
        }
    }

    /// <summary>Whether that time is over.</summary>
    public bool HasLingeredTooLong()
    {
        lock (_gate)
        {
            return _isLingering && _options.Time.GetElapsedTime(_lingerSince) > _options.LingerTimeout;
        }
    }

    /// <summary>Ends the input: by the peer's FIN, or with an error that the reader meets at once.</summary>
    public void End(Exception? error)
    {
        lock (_gate)
        {
            if (!_isEnded)
            {
                _isEnded = true;
                _pipe.Writer.Complete(error);
            }
        }
    }

    private uint Discard(int count)
    {
        _discarded += count;
        if (_isLingering && _discarded > _options.MaxLingerBytes)
        {
            throw new YamuxStreamException(_id, "The peer goes on sending on a stream that nobody reads.");
        }

        return _window.Advance(_window.Received, _window.Received, grow: false);
    }

    private void Fill(ReadOnlySpan<byte> payload)
    {
        payload.CopyTo(_pipe.Writer.GetSpan(payload.Length));
        _pipe.Writer.Advance(payload.Length);
        ValueTask<FlushResult> flush = _pipe.Writer.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            throw new InvalidOperationException("A pipe without a threshold never makes its writer wait.");
        }
    }
}
