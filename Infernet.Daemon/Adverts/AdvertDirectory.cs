using System.Collections.Concurrent;
using Infernet.Core.Identity;

namespace Infernet.Daemon.Adverts;

/// <summary>
/// The newest valid advert of each peer, in memory, bounded, gone when it expires. A peer that is leaving is not shown,
/// but remembered, so that no older advert brings it back. Thread-safe.
/// </summary>
internal sealed class AdvertDirectory(TimeProvider time, int capacity = AdvertDirectory.DefaultCapacity)
{
    /// <summary>How many peers are remembered; an advert takes about 1 KiB.</summary>
    public const int DefaultCapacity = 10_000;

    private readonly ConcurrentDictionary<PeerId, VerifiedAdvert> _adverts = new();

    /// <summary>Raised when a peer's advert is new or newer than the one before. Must return at once.</summary>
    public event Action<VerifiedAdvert>? Changed;

    /// <summary>Every advert that is still good.</summary>
    public IReadOnlyList<VerifiedAdvert> All()
    {
        DateTimeOffset now = time.GetUtcNow();
        return [.. _adverts.Values.Where(a => a.Expires > now && !a.Contents.Leaving)];
    }

    public VerifiedAdvert? Find(PeerId peer) =>
        _adverts.TryGetValue(peer, out VerifiedAdvert? advert)
        && advert.Expires > time.GetUtcNow()
        && !advert.Contents.Leaving
            ? advert
            : null;

    /// <summary>Takes an advert in; false if a newer one is known, or the directory is full of good ones.</summary>
    public bool Offer(VerifiedAdvert advert)
    {
        if (_adverts.Count >= capacity && !_adverts.ContainsKey(advert.Peer) && RemoveExpired() == 0)
        {
            return false;
        }

        VerifiedAdvert kept = _adverts.AddOrUpdate(
            advert.Peer, advert, (_, known) => known.Contents.Sequence >= advert.Contents.Sequence ? known : advert);
        bool changed = ReferenceEquals(kept, advert);
        if (changed)
        {
            Changed?.Invoke(advert);
        }

        return changed;
    }

    /// <summary>Forgets a peer, because it left or can't be reached.</summary>
    public void Forget(PeerId peer) => _adverts.TryRemove(peer, out _);

    private int RemoveExpired()
    {
        DateTimeOffset now = time.GetUtcNow();
        return _adverts.Count(entry => entry.Value.Expires <= now && _adverts.TryRemove(entry));
    }
}
