using Google.Protobuf;
using Infernet.Core.Schemas;
using Infernet.Libp2p.Hosting;

namespace Infernet.Daemon.Adverts;

/// <summary>
/// This node's own advert: signed when it is asked for, and only when it changed or grew old since. Thread-safe.
/// </summary>
/// <param name="host">Whose identity signs, and whose addresses are told.</param>
/// <param name="describe">Hardware, models and slots as they are now.</param>
/// <param name="options">How long an advert is good.</param>
/// <param name="time">The clock.</param>
internal sealed class OwnAdvert(Libp2pHost host, Func<Advert> describe, AdvertOptions options, TimeProvider time)
{
    private readonly Lock _lock = new();
    private byte[] _envelope = [];
    private Advert? _contents;
    private ulong _sequence;
    private DateTimeOffset _renewAt;
    private volatile bool _isLeaving;

    /// <summary>From now on the advert says that this node goes, and offers nothing.</summary>
    public void Leave() => _isLeaving = true;

    /// <summary>The signed advert.</summary>
    public ReadOnlyMemory<byte> Current()
    {
        Advert fresh = describe();
        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            Complete(fresh, now);
            if (now >= _renewAt || !Same(fresh, _contents))
            {
                // The clock as the sequence keeps it growing over restarts; one more where the clock stood still.
                _sequence = Math.Max(_sequence + 1, (ulong)now.ToUnixTimeMilliseconds());
                fresh.Sequence = _sequence;
                _envelope = AdvertEnvelope.Seal(host.Identity, fresh);
                _contents = fresh;
                _renewAt = now + options.RenewalInterval / 2;
            }

            return _envelope;
        }
    }

    private void Complete(Advert advert, DateTimeOffset now)
    {
        if (_isLeaving)
        {
            advert.Leaving = true;
            advert.Models.Clear();
            advert.FreeSlots = 0;
        }

        advert.PeerId = ByteString.CopyFrom(host.Id.Span);
        advert.ExpiresUnixMs = (now + options.Lifetime).ToUnixTimeMilliseconds();
        advert.Addresses.AddRange(
            host.ListenAddresses.Take(AdvertLimits.MaxAddresses).Select(a => a.ToByteString()));
    }

    private static bool Same(Advert fresh, Advert? known)
    {
        if (known is null)
        {
            return false;
        }

        Advert compared = fresh.Clone();
        compared.Sequence = known.Sequence;
        compared.ExpiresUnixMs = known.ExpiresUnixMs;
        return compared.Equals(known);
    }
}
