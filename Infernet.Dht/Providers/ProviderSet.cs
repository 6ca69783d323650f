using Infernet.Core.Identity;

namespace Infernet.Dht.Providers;

/// <summary>The providers of one key, the one renewed longest ago first. Guarded by its store.</summary>
internal sealed class ProviderSet
{
    private readonly LinkedList<ProviderRecord> _oldestFirst = [];
    private readonly Dictionary<PeerId, LinkedListNode<ProviderRecord>> _byPeer = [];

    public int Count => _byPeer.Count;

    /// <summary>The provider renewed longest ago.</summary>
    public ProviderRecord? Oldest => _oldestFirst.First?.Value;

    public IEnumerable<ProviderRecord> All => _oldestFirst;

    public bool Contains(PeerId provider) => _byPeer.ContainsKey(provider);

    /// <summary>Adds or renews a provider; true if it is new.</summary>
    public bool Put(ProviderRecord record)
    {
        bool isNew = !Remove(record.Provider);
        _byPeer[record.Provider] = _oldestFirst.AddLast(record);
        return isNew;
    }

    public bool Remove(PeerId provider)
    {
        if (!_byPeer.Remove(provider, out LinkedListNode<ProviderRecord>? node))
        {
            return false;
        }

        _oldestFirst.Remove(node);
        return true;
    }
}
