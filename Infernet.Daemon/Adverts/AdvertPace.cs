using Infernet.Core.Identity;

namespace Infernet.Daemon.Adverts;

/// <summary>
/// Counts the adverts of each peer within the running second. Bounded, since it begins anew with each second.
/// Thread-safe.
/// </summary>
internal sealed class AdvertPace(int maxPerSecond)
{
    /// <summary>Peers that are counted within one second; adverts of further ones wait for the next.</summary>
    private const int MaxPeers = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, int> _counts = [];
    private long _second;

    public bool Allows(PeerId peer, DateTimeOffset now)
    {
        lock (_gate)
        {
            long second = now.ToUnixTimeSeconds();
            if (second != _second)
            {
                _second = second;
                _counts.Clear();
            }

            int count = _counts.GetValueOrDefault(peer) + 1;
            if (count > maxPerSecond || (count == 1 && _counts.Count >= MaxPeers))
            {
                return false;
            }

            _counts[peer] = count;
            return true;
        }
    }
}
