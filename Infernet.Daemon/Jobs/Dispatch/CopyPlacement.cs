using System.Collections;
using Infernet.Core.Identity;

namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>
/// Who has, or had, a copy of which item: answers of one peer are one opinion however often it gives them, and those
/// of one network's machines are likely to be. A bit an item for each peer and each network.
/// </summary>
internal sealed class CopyPlacement(int items)
{
    private readonly Dictionary<PeerId, BitArray> _peers = [];
    private readonly Dictionary<string, BitArray> _groups = [];
    private readonly Dictionary<PeerId, string> _groupOf = [];

    /// <summary>Tells in which network a peer is; null for one that says nothing about independence.</summary>
    public void Locate(PeerId peer, string? group)
    {
        if (group is null || !_groupOf.TryAdd(peer, group))
        {
            return;
        }

        if (_peers.TryGetValue(peer, out BitArray? had))
        {
            GroupBits(group).Or(had);
        }
    }

    public bool Has(PeerId peer, int item) => _peers.TryGetValue(peer, out BitArray? had) && had[item];

    /// <summary>Whether a peer of this one's network has a copy.</summary>
    public bool NeighbourHas(PeerId peer, int item) =>
        _groupOf.TryGetValue(peer, out string? group) && _groups.TryGetValue(group, out BitArray? had) && had[item];

    public void Place(PeerId peer, int item)
    {
        if (!_peers.TryGetValue(peer, out BitArray? had))
        {
            _peers.Add(peer, had = new BitArray(items));
        }

        had[item] = true;
        if (_groupOf.TryGetValue(peer, out string? group))
        {
            GroupBits(group)[item] = true;
        }
    }

    /// <summary>A peer had an item, and no answer of it counts.</summary>
    public void Remove(PeerId peer, int item)
    {
        if (!Has(peer, item))
        {
            return;
        }

        _peers[peer][item] = false;
        if (_groupOf.TryGetValue(peer, out string? group))
        {
            _groups[group][item] = _peers.Any(p => _groupOf.GetValueOrDefault(p.Key) == group && p.Value[item]);
        }
    }

    private BitArray GroupBits(string group) =>
        _groups.TryGetValue(group, out BitArray? had) ? had : _groups[group] = new BitArray(items);
}
