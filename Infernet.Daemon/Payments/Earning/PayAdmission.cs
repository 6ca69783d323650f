using System.Threading.RateLimiting;
using Infernet.Core.Identity;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Bounds what peers may say on <see cref="PayProtocol.Id"/>: streams at a time, and messages a minute, of each and of all
/// together. Thread-safe.
/// </summary>
internal sealed class PayAdmission(EarningOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, int> _byPeer = [];
    private int _total;

    private readonly PartitionedRateLimiter<PeerId> _peers = PartitionedRateLimiter.Create<PeerId, PeerId>(
        peer => RateLimitPartition.GetTokenBucketLimiter(peer, _ => Bucket(options.MessagesPerMinute)));

    private readonly TokenBucketRateLimiter _all = new(Bucket(options.AllMessagesPerMinute));

    /// <summary>Lets a stream in, which must leave again; answers why not, or null.</summary>
    public string? TryEnter(PeerId peer)
    {
        lock (_lock)
        {
            int own = _byPeer.GetValueOrDefault(peer);
            if (own >= options.MaxStreamsPerPeer || _total >= options.MaxStreams)
            {
                return own >= options.MaxStreamsPerPeer
                    ? $"{own} streams of this peer are open already"
                    : $"{_total} streams are open already";
            }

            using RateLimitLease lease = _peers.AttemptAcquire(peer);
            using RateLimitLease shared = _all.AttemptAcquire();
            if (!lease.IsAcquired || !shared.IsAcquired)
            {
                return "more was said in the last minute than is listened to; try again in a minute";
            }

            _byPeer[peer] = own + 1;
            _total++;
            return null;
        }
    }

    /// <summary>A stream that was let in is over.</summary>
    public void Leave(PeerId peer)
    {
        lock (_lock)
        {
            _total--;
            if (--_byPeer[peer] == 0)
            {
                _byPeer.Remove(peer);
            }
        }
    }

    public void Dispose()
    {
        _peers.Dispose();
        _all.Dispose();
    }

    private static TokenBucketRateLimiterOptions Bucket(int perMinute) => new()
    {
        TokenLimit = perMinute, TokensPerPeriod = perMinute, ReplenishmentPeriod = TimeSpan.FromMinutes(1),
        QueueLimit = 0,
    };
}
