namespace Infernet.Libp2p.Yamux;

/// <summary>
/// What we let the peer send on a stream. Credit is given for bytes that the reader has examined, not only for those
/// it consumed: a reader that waits for a whole message larger than the window must go on receiving. What it holds
/// unconsumed is bounded apart. Pure arithmetic over running totals; the stream's lock guards it.
/// </summary>
/// <param name="maximum">The largest window, and the most bytes that may lie unconsumed.</param>
/// <param name="reserve">Asks the connection for more buffer memory; false if it has none left.</param>
internal sealed class ReceiveWindow(int maximum, Func<int, bool> reserve)
{
    private int _size = Math.Min(SendWindow.Initial, maximum);
    private long _granted = SendWindow.Initial;
    private long _received;
    private long _examined;
    private long _consumed;

    /// <summary>How far ahead of the reader the peer may be.</summary>
    public int Size => _size;

    /// <summary>What was reserved from the connection beyond the initial window.</summary>
    public int Reserved { get; private set; }

    /// <summary>Bytes that came since the stream's start.</summary>
    public long Received => _received;

    /// <summary>Bytes that are here and not consumed.</summary>
    public long Unconsumed => _received - _consumed;

    /// <summary>Counts received bytes; false if the peer was not allowed to send as many.</summary>
    public bool TryReceive(int count)
    {
        _received += count;
        return _received <= _granted;
    }

    /// <summary>
    /// Notes how far the reader is, in bytes since the stream's start, and returns the credit to give (0: none yet).
    /// </summary>
    /// <param name="consumed">Bytes that the reader is done with.</param>
    /// <param name="examined">Bytes that the reader has seen and wants to see again with more behind them.</param>
    /// <param name="grow">Whether the window has proved too small for the speed of the stream.</param>
    public uint Advance(long consumed, long examined, bool grow)
    {
        _consumed = Math.Max(_consumed, consumed);
        _examined = Math.Max(_examined, Math.Max(consumed, examined));
        long outstanding = _granted - _examined;

        // Small updates are batched: half a window is given at a time.
        if (outstanding > _size / 2)
        {
            return 0;
        }

        if (grow)
        {
            TryResize(Math.Min(_size * 2L, maximum));
        }

        // Examined bytes that are kept take memory beside the window, so they are reserved as well.
        long held = _examined - _consumed;
        long target = Math.Min(_examined + _size, _consumed + maximum);
        if (held > 0 && !TryReserve((int)Math.Min(held + _size, maximum)))
        {
            target = Math.Min(target, _consumed + SendWindow.Initial + Reserved);
        }

        if (target <= _granted)
        {
            return 0;
        }

        uint credit = (uint)(target - _granted);
        _granted = target;
        return credit;
    }

    /// <summary>Whether the reader waits for more than the stream may ever hold, so that nothing can come any more.</summary>
    public bool IsStuck => _examined == _received && _granted <= _received && _received > _consumed;

    private void TryResize(long size)
    {
        if (size > _size && TryReserve((int)size))
        {
            _size = (int)size;
        }
    }

    private bool TryReserve(int total)
    {
        int more = total - SendWindow.Initial - Reserved;
        if (more <= 0)
        {
            return true;
        }

        if (!reserve(more))
        {
            return false;
        }

        Reserved += more;
        return true;
    }
}
