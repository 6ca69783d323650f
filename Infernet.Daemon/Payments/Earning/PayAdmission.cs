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
            int open = _byPeer.GetValueOrDefault(peer);
            if (open >= options.MaxStreamsPerPeer || _total >= options.MaxStreams)
            {
                return open >= options.MaxStreamsPerPeer
                    ? $"{open} streams of this peer are open already"
                    : $"{_total} streams are open already";
            }

            // In this order: what a peer says beyond its own part must not use up that of the others.
            using RateLimitLease own = _peers.AttemptAcquire(peer);
            using RateLimitLease? shared = own.IsAcquired ? _all.AttemptAcquire() : null;
            if (shared is not { IsAcquired: true })
            {
                return "more was said in the last minute than is listened to; try again in a minute";
            }

            _byPeer[peer] = open + 1;
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
