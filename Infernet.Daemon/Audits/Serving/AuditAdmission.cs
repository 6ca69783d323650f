using Infernet.Core.Identity;

namespace Infernet.Daemon.Audits.Serving;

/// <summary>Counts the requests that are here, in all and of each peer. Thread-safe.</summary>
internal sealed class AuditAdmission(AuditServingLimits limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, int> _byPeer = [];
    private int _total;

    /// <summary>Lets a request in; answers why not, or null.</summary>
    public string? TryEnter(PeerId peer)
    {
        lock (_lock)
        {
            int own = _byPeer.GetValueOrDefault(peer);
            if (own >= limits.MaxSessionsPerPeer)
            {
                return $"{own} requests of this peer are here already";
            }

            if (_total >= limits.MaxSessions)
            {
                return $"{_total} requests are here already";
            }

            _byPeer[peer] = own + 1;
            _total++;
            return null;
        }
    }

    /// <summary>A request that was let in is over.</summary>
    public void Leave(PeerId peer)
    {
        lock (_lock)
        {
            _total--;
            if (--_byPeer[peer] == 0)
            {
                _byPeer.Remove(peer);
            }
        }
    }
}
