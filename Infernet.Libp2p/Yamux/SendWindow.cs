namespace Infernet.Libp2p.Yamux;

/// <summary>
/// How many bytes the peer still accepts on a stream. Pure arithmetic; the session's lock guards it.
/// Yamux specification, "Flow Control".
/// </summary>
internal sealed class SendWindow
{
    /// <summary>What both sides may send before any window update.</summary>
    public const int Initial = 256 * 1024;

    private long _available = Initial;

    public long Available => _available;

    public void Consume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _available);
        _available -= count;
    }

    /// <summary>Adds what the peer granted; false if it granted more than any window can hold.</summary>
    public bool TryGrant(uint count)
    {
        if (_available + count > uint.MaxValue)
        {
            return false;
        }

        _available += count;
        return true;
    }
}
