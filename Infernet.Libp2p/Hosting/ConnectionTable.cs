using Infernet.Core.Identity;

namespace Infernet.Libp2p.Hosting;

/// <summary>
/// The open connections. Two peers share one connection: when both dial at the same time, both sides keep the one
/// that the smaller peer id dialed, and of two in the same direction the newer; the other closes when it is idle.
/// Thread-safe.
/// </summary>
internal sealed class ConnectionTable(
    PeerId local, int limit, TimeSpan idleBeforePruned, TimeProvider time, Func<PeerId, bool> isProtected)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, List<Connection>> _byPeer = [];
    private int _count;

    public IReadOnlyCollection<PeerId> Peers
    {
        get
        {
            lock (_gate)
            {
                return [.. _byPeer.Keys];
            }
        }
    }

    /// <summary>Adds a connection if there is room, or if an idle one can make room.</summary>
    /// <param name="connection">The new connection.</param>
    /// <param name="pruned">An idle connection that the caller must close.</param>
    public bool TryAdd(Connection connection, out Connection? pruned)
    {
        lock (_gate)
        {
            pruned = _count >= limit ? FindLongestIdle() : null;
            if (_count >= limit && pruned is null)
            {
                return false;
            }

            if (!_byPeer.TryGetValue(connection.Remote, out List<Connection>? siblings))
            {
                _byPeer.Add(connection.Remote, siblings = []);
            }

            siblings.Add(connection);
            _count++;
            RetireAllButBest(siblings);
            return true;
        }
    }

    /// <summary>Forgets a connection; says whether it was there and the last to its peer.</summary>
    public bool Remove(Connection connection, out bool wasLast)
    {
        lock (_gate)
        {
            wasLast = false;
            if (!_byPeer.TryGetValue(connection.Remote, out List<Connection>? siblings) || !siblings.Remove(connection))
            {
                return false;
            }

            _count--;
            wasLast = siblings.Count == 0;
            if (wasLast)
            {
                _byPeer.Remove(connection.Remote);
            }
            else
            {
                RetireAllButBest(siblings);
            }

            return true;
        }
    }

    /// <summary>The connection to use for new streams to a peer.</summary>
    public Connection? Find(PeerId peer)
    {
        lock (_gate)
        {
            return _byPeer.TryGetValue(peer, out List<Connection>? siblings)
                ? siblings.Find(c => !c.IsRetired && c.Session.IsOpen) ?? siblings.Find(c => c.Session.IsOpen)
                : null;
        }
    }

    public Connection[] Of(PeerId peer)
    {
        lock (_gate)
        {
            return _byPeer.TryGetValue(peer, out List<Connection>? siblings) ? [.. siblings] : [];
        }
    }

    public Connection[] Snapshot()
    {
        lock (_gate)
        {
            return [.. _byPeer.Values.SelectMany(c => c)];
        }
    }

    // Both sides come to the same choice, since both see the same ids.
    private void RetireAllButBest(List<Connection> siblings)
    {
        if (siblings.Count == 1)
        {
            siblings[0].IsRetired = false;
            return;
        }

        bool smallerDialed = local.CompareTo(siblings[0].Remote) < 0;
        Connection best = siblings.OrderByDescending(c => c.IsDialer == smallerDialed).ThenByDescending(c => c.Number).First();
        foreach (Connection connection in siblings)
        {
            connection.IsRetired = connection != best;
        }
    }

    private Connection? FindLongestIdle() => _byPeer.Values
        .SelectMany(c => c)
        .Where(c => c.Session.BusyStreamCount == 0
            && time.GetElapsedTime(c.Session.LastActivity) >= idleBeforePruned
            && !isProtected(c.Remote))
        .MinBy(c => c.Session.LastActivity);
}
