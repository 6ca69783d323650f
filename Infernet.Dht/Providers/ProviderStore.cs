using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht.Keys;

namespace Infernet.Dht.Providers;

/// <summary>
/// Who provides what, as far as providers told this node: in memory, bounded per key, per provider and in total, and
/// forgotten unless renewed. When there are too many keys, the one farthest from this node gives way. Thread-safe.
/// </summary>
internal sealed class ProviderStore(KadKey self, ProviderLimits limits, TimeProvider time, Random random)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<KadKey, ProviderSet> _keys = [];
    private readonly SortedSet<KadKey> _distances = [];
    private readonly Dictionary<PeerId, int> _keysPerPeer = [];
    private int _records;

    /// <summary>How many keys have a provider.</summary>
    public int KeyCount
    {
        get
        {
            lock (_gate)
            {
                return _keys.Count;
            }
        }
    }

    /// <summary>How many provider records there are under all keys.</summary>
    public int RecordCount
    {
        get
        {
            lock (_gate)
            {
                return _records;
            }
        }
    }

    /// <summary>Adds or renews a provider of a key; false if there is no room for it.</summary>
    public bool Add(ReadOnlySpan<byte> key, PeerId provider, IReadOnlyList<Multiaddr> addresses)
    {
        KadKey at = KadKey.Of(key);
        Multiaddr[] kept = [.. addresses.Take(limits.MaxAddressesPerProvider)];
        lock (_gate)
        {
            bool known = _keys.TryGetValue(at, out ProviderSet? set) && set.Contains(provider);
            if (!known && !MakeRoom(at, provider, set))
            {
                return false;
            }

            if (!_keys.TryGetValue(at, out set))
            {
                _keys[at] = set = new ProviderSet();
                _distances.Add(self.DistanceTo(at));
            }

            if (set.Put(new ProviderRecord(provider, kept, time.GetUtcNow())))
            {
                _records++;
                _keysPerPeer[provider] = _keysPerPeer.GetValueOrDefault(provider) + 1;
            }

            return true;
        }
    }

    /// <summary>Takes one provider of a key away.</summary>
    public void Remove(ReadOnlySpan<byte> key, PeerId provider)
    {
        KadKey at = KadKey.Of(key);
        lock (_gate)
        {
            if (_keys.TryGetValue(at, out ProviderSet? set) && set.Contains(provider))
            {
                Remove(at, set, provider);
            }
        }
    }

    /// <summary>
    /// The providers of a key: all, or a random choice if there are more than one answer holds. Addresses that may
    /// have changed since are left out.
    /// </summary>
    public IReadOnlyList<PeerInfo> Get(ReadOnlySpan<byte> key)
    {
        KadKey at = KadKey.Of(key);
        lock (_gate)
        {
            if (!_keys.TryGetValue(at, out ProviderSet? set))
            {
                return [];
            }

            DateTimeOffset now = time.GetUtcNow();
            ProviderRecord[] good = [.. set.All.Where(r => now - r.Renewed < limits.TimeToLive)];
            if (good.Length > limits.MaxProvidersPerAnswer)
            {
                random.Shuffle(good);
            }

            return
            [
                .. good.Take(limits.MaxProvidersPerAnswer).Select(r =>
                    new PeerInfo(r.Provider, now - r.Renewed < limits.AddressTimeToLive ? r.Addresses : [])),
            ];
        }
    }

    /// <summary>Drops what wasn't renewed in time; returns how many records.</summary>
    public int RemoveExpired()
    {
        lock (_gate)
        {
            int before = _records;
            DateTimeOffset oldest = time.GetUtcNow() - limits.TimeToLive;
            foreach ((KadKey at, ProviderSet set) in _keys.ToArray())
            {
                while (set.Oldest is { } record && record.Renewed <= oldest)
                {
                    Remove(at, set, record.Provider);
                }
            }

            return before - _records;
        }
    }

    private bool MakeRoom(KadKey at, PeerId provider, ProviderSet? set)
    {
        if (_keysPerPeer.GetValueOrDefault(provider) >= limits.MaxKeysPerPeer)
        {
            return false;
        }

        if (set is not null && set.Count >= limits.MaxProvidersPerKey)
        {
            Remove(at, set, set.Oldest!.Provider);
            return true;
        }

        while (_records >= limits.MaxRecords || (set is null && _keys.Count >= limits.MaxKeys))
        {
            KadKey farthest = _distances.Max;
            if (farthest.CompareTo(self.DistanceTo(at)) <= 0)
            {
                return false;
            }

            RemoveKey(self.DistanceTo(farthest));
        }

        return true;
    }

    private void RemoveKey(KadKey at)
    {
        ProviderSet set = _keys[at];
        while (set.Oldest is { } record)
        {
            Remove(at, set, record.Provider);
        }
    }

    private void Remove(KadKey at, ProviderSet set, PeerId provider)
    {
        set.Remove(provider);
        _records--;
        if (--_keysPerPeer[provider] == 0)
        {
            _keysPerPeer.Remove(provider);
        }

        if (set.Count == 0)
        {
            _keys.Remove(at);
            _distances.Remove(self.DistanceTo(at));
        }
    }
}
