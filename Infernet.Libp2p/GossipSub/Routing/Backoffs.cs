using Infernet.Core.Identity;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>
/// For how long which peers are not to be grafted. Bounded: when it is full, the back-off that ends first makes room.
/// Source: gossipsub v1.1, "PRUNE Backoff and Peer Exchange".
/// </summary>
internal sealed class Backoffs(int capacity)
{
    private readonly Dictionary<(string Topic, PeerId Peer), TimeSpan> _until = [];
    private readonly PriorityQueue<(string Topic, PeerId Peer), TimeSpan> _byEnd = new();

    public int Count => _until.Count;

    /// <summary>The end of a peer's back-off; null if there is none.</summary>
    public TimeSpan? Of(string topic, PeerId peer) =>
        _until.TryGetValue((topic, peer), out TimeSpan until) ? until : null;

    public bool IsActive(string topic, PeerId peer, TimeSpan now) => Of(topic, peer) > now;

    /// <summary>Starts a back-off, or extends one; never shortens it.</summary>
    public void Add(string topic, PeerId peer, TimeSpan until)
    {
        if (Of(topic, peer) >= until)
        {
            return;
        }

        _until[(topic, peer)] = until;
        _byEnd.Enqueue((topic, peer), until);
        while (_until.Count > capacity || _byEnd.Count > 2 * capacity)
        {
            RemoveFirst();
        }
    }

    /// <summary>Forgets back-offs that ended before.</summary>
    public void RemoveEnded(TimeSpan before)
    {
        while (_byEnd.TryPeek(out _, out TimeSpan end) && end <= before)
        {
            RemoveFirst();
        }
    }

    // An extended back-off has an older entry, too, which no longer counts.
    private void RemoveFirst()
    {
        if (_byEnd.TryDequeue(out (string Topic, PeerId Peer) key, out TimeSpan end)
            && _until.TryGetValue(key, out TimeSpan until)
            && until == end)
        {
            _until.Remove(key);
        }
    }
}
