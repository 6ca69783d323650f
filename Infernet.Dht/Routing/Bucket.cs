using Infernet.Dht.Keys;

namespace Infernet.Dht.Routing;

/// <summary>
/// The peers that share exactly so many leading bits with this node, and those that wait for a place among them.
/// Both lists are short enough to be scanned. Guarded by its table.
/// </summary>
internal sealed class Bucket
{
    public List<RoutingEntry> Members { get; } = [];

    /// <summary>The longest waiting first.</summary>
    public List<RoutingEntry> Waiting { get; } = [];

    /// <summary>When a look-up last went into this bucket's range; null for never.</summary>
    public long? RefreshedAt { get; set; }

    public RoutingEntry? Find(KadKey key) => Members.Find(e => e.Peer.Key == key);

    public int CountOf(IpGroup group) => Members.Count(e => e.Group == group);

    /// <summary>The member that failed most, if any failed since it last answered.</summary>
    public RoutingEntry? Weakest()
    {
        RoutingEntry? weakest = null;
        foreach (RoutingEntry member in Members)
        {
            if (member.Failures > (weakest?.Failures ?? 0))
            {
                weakest = member;
            }
        }

        return weakest;
    }

    /// <summary>Lets a peer wait; the one that waited longest gives way when there are too many.</summary>
    public void Queue(RoutingEntry entry, int limit)
    {
        Waiting.RemoveAll(e => e.Peer.Key == entry.Peer.Key);
        Waiting.Add(entry);
        if (Waiting.Count > limit)
        {
            Waiting.RemoveAt(0);
        }
    }
}
