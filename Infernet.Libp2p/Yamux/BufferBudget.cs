namespace Infernet.Libp2p.Yamux;

/// <summary>
/// The buffer memory that the streams of one connection share: room for windows beyond the initial ones, and the
/// bytes that are here unread. Thread-safe.
/// </summary>
internal sealed class BufferBudget(int maxExtra, int maxUnread)
{
    private long _extra;
    private long _unread;

    /// <summary>Reserves window memory; false if there is none left.</summary>
    public bool TryReserve(int bytes) => TryAdd(ref _extra, bytes, maxExtra);

    /// <summary>Gives reserved window memory back.</summary>
    public void Unreserve(int bytes) => Interlocked.Add(ref _extra, -bytes);

    /// <summary>Counts bytes that a stream is about to hold; false if the connection holds too many already.</summary>
    public bool TryHold(int bytes) => TryAdd(ref _unread, bytes, maxUnread);

    /// <summary>Counts bytes that a stream holds no longer.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _unread, -bytes);

    private static bool TryAdd(ref long total, int bytes, long limit)
    {
        if (Interlocked.Add(ref total, bytes) <= limit)
        {
            return true;
        }

        Interlocked.Add(ref total, -bytes);
        return false;
    }
}
