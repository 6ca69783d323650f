using System.Threading.RateLimiting;
using Infernet.Core.Identity;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Bounds what peers may say on <see cref="PayProtocol.Id"/>: streams at a time, and messages a minute, of each and of all
/// together. Those who have a channel here and those who have none are bounded apart: identities cost nothing, and
/// however many of them speak up, payers are heard. Thread-safe.
/// </summary>
internal sealed class PayAdmission(EarningOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, int> _byPeer = [];
    private readonly Crowd _payers = new(options.MaxStreams, options.AllMessagesPerMinute);
    private readonly Crowd _strangers = new(options.MaxStrangerStreams, options.StrangerMessagesPerMinute);

    private readonly PartitionedRateLimiter<PeerId> _peers = PartitionedRateLimiter.Create<PeerId, PeerId>(
        peer => RateLimitPartition.GetTokenBucketLimiter(peer, _ => Bucket(options.MessagesPerMinute)));

    /// <summary>Lets a stream in, which must leave again; answers why not, or null.</summary>
    /// <param name="peer">Whose it is.</param>
    /// <param name="isPayer">Whether the peer has a channel here.</param>
    public string? TryEnter(PeerId peer, bool isPayer)
    {
        Crowd crowd = isPayer ? _payers : _strangers;
        lock (_lock)
        {
            int open = _byPeer.GetValueOrDefault(peer);
            if (open >= options.MaxStreamsPerPeer || crowd.Streams >= crowd.MaxStreams)
            {
                return open >= options.MaxStreamsPerPeer
                    ? $"{open} streams of this peer are open already"
                    : $"{crowd.Streams} streams are open already";
            }

            // In this order: what a peer says beyond its own part must not use up that of the others.
            using RateLimitLease own = _peers.AttemptAcquire(peer);
            using RateLimitLease? shared = own.IsAcquired ? crowd.Messages.AttemptAcquire() : null;
            if (shared is not { IsAcquired: true })
            {
                return "more was said in the last minute than is listened to; try again in a minute";
            }

            _byPeer[peer] = open + 1;
            crowd.Streams++;
            return null;
        }
    }

    /// <summary>A stream that was let in is over.</summary>
    /// <param name="peer">Whose it was.</param>
    /// <param name="isPayer">As when it was let in.</param>
    public void Leave(PeerId peer, bool isPayer)
    {
        lock (_lock)
        {
            (isPayer ? _payers : _strangers).Streams--;
            if (--_byPeer[peer] == 0)
            {
                _byPeer.Remove(peer);
            }
        }
    }

    public void Dispose()
    {
        _peers.Dispose();
        _payers.Messages.Dispose();
        _strangers.Messages.Dispose();
    }

    private static TokenBucketRateLimiterOptions Bucket(int perMinute) => new()
    {
        TokenLimit = perMinute, TokensPerPeriod = perMinute, ReplenishmentPeriod = TimeSpan.FromMinutes(1),
        QueueLimit = 0,
    };

    private sealed class Crowd(int maxStreams, int messagesPerMinute)
    {
        public int MaxStreams { get; } = maxStreams;

        public int Streams { get; set; }

        public TokenBucketRateLimiter Messages { get; } = new(Bucket(messagesPerMinute));
    }
}
