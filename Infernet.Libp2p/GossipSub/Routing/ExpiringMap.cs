using System.Diagnostics.CodeAnalysis;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>A map whose entries all live equally long, and whose oldest makes room when it is full.</summary>
internal sealed class ExpiringMap<TKey, TValue>(TimeSpan ttl, int capacity)
    where TKey : notnull
    where TValue : class
{
    private readonly Dictionary<TKey, TValue> _entries = [];
    private readonly Queue<(TKey Key, TimeSpan Expires)> _byAge = new();

    public int Count => _entries.Count;

    public TValue? Find(TKey key) => _entries.GetValueOrDefault(key);

    public bool Contains(TKey key) => _entries.ContainsKey(key);

    /// <summary>Adds an entry; false if the key is there already.</summary>
    public bool TryAdd(TKey key, [DisallowNull] TValue value, TimeSpan now)
    {
        if (!_entries.TryAdd(key, value))
        {
            return false;
        }

        _byAge.Enqueue((key, now + ttl));
        if (_entries.Count > capacity)
        {
            _entries.Remove(_byAge.Dequeue().Key);
        }

        return true;
    }

    public void RemoveExpired(TimeSpan now)
    {
        while (_byAge.TryPeek(out (TKey Key, TimeSpan Expires) oldest) && oldest.Expires <= now)
        {
            _entries.Remove(_byAge.Dequeue().Key);
        }
    }
}
