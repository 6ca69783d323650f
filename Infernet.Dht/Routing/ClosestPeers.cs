using System.Runtime.InteropServices;
using Infernet.Core.Identity;
using Infernet.Dht.Keys;

namespace Infernet.Dht.Routing;

/// <summary>
/// Collects members group by group, each group sorted by distance. Every request ends here, so the sort compares the
/// distances' first words as plain numbers; only where those are equal the rest matters.
/// </summary>
internal sealed class ClosestPeers(KadKey target, PeerId? except)
{
    private readonly List<ulong> _distances = [];
    private readonly List<KadPeer> _peers = [];

    public int Count => _peers.Count;

    /// <summary>Adds the members of the next farther group of buckets.</summary>
    public void Add(ReadOnlySpan<Bucket?> group)
    {
        int start = _peers.Count;
        foreach (Bucket? bucket in group)
        {
            foreach (RoutingEntry member in CollectionsMarshal.AsSpan(bucket?.Members))
            {
                if (member.Peer.Id != except)
                {
                    _peers.Add(member.Peer);
                    _distances.Add(member.Peer.Key.DistanceTo(target).FirstWord);
                }
            }
        }

        Span<ulong> distances = CollectionsMarshal.AsSpan(_distances)[start..];
        Span<KadPeer> peers = CollectionsMarshal.AsSpan(_peers)[start..];
        distances.Sort(peers);
        SortTies(distances, peers);
    }

    /// <summary>The nearest of them.</summary>
    public IReadOnlyList<KadPeer> Take(int count)
    {
        if (_peers.Count > count)
        {
            _peers.RemoveRange(count, _peers.Count - count);
        }

        return _peers;
    }

    private void SortTies(ReadOnlySpan<ulong> distances, Span<KadPeer> peers)
    {
        for (int start = 0; start < distances.Length;)
        {
            int end = start + 1;
            while (end < distances.Length && distances[end] == distances[start])
            {
                end++;
            }

            if (end - start > 1)
            {
                peers[start..end].Sort((x, y) => target.CompareDistance(x.Key, y.Key));
            }

            start = end;
        }
    }
}
