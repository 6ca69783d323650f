using System.Threading.RateLimiting;
using Infernet.Core.Identity;

namespace Infernet.Daemon.Reputation;

/// <summary>
/// Bounds what is taken in: by who passes facts on, before anything is read, and by who signed them, before they are
/// kept. A flood of facts that look right costs a peer its share of both and nobody else theirs; all strangers together
/// have one share, since it costs nothing to be many.
/// </summary>
internal sealed class EvidenceGate(EvidenceOptions options) : IDisposable
{
    private readonly PartitionedRateLimiter<PeerId> _peers = Create(
        options.BurstPerPeer, options.RatePerPeer, options.ListeningPeriod);

    private readonly PartitionedRateLimiter<PeerId> _authors = Create(
        options.BurstPerAuthor, options.RatePerAuthor, options.SigningPeriod);

    private readonly TokenBucketRateLimiter _strangers = new(
        Bucket(options.BurstOfStrangers, options.RateOfStrangers, options.ListeningPeriod));

    /// <summary>Whether a peer may pass another fact on.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="isPartner">Whether work was settled with it.</param>
    public bool AdmitsPeer(PeerId peer, bool isPartner)
    {
        if (isPartner)
        {
            return Admits(_peers, peer);
        }

        using RateLimitLease lease = _strangers.AttemptAcquire();
        return lease.IsAcquired && Admits(_peers, peer);
    }

    /// <summary>Whether an aggregator's word is heard once more.</summary>
    public bool AdmitsAuthor(PeerId author) => Admits(_authors, author);

    public void Dispose()
    {
        _peers.Dispose();
        _authors.Dispose();
        _strangers.Dispose();
    }

    private static bool Admits(PartitionedRateLimiter<PeerId> limiter, PeerId peer)
    {
        using RateLimitLease lease = limiter.AttemptAcquire(peer);
        return lease.IsAcquired;
    }

    // The limiter drops the buckets of peers that have been quiet for long enough to be full again.
    private static PartitionedRateLimiter<PeerId> Create(int burst, int rate, TimeSpan period) =>
        PartitionedRateLimiter.Create<PeerId, PeerId>(
            peer => RateLimitPartition.GetTokenBucketLimiter(peer, _ => Bucket(burst, rate, period)));

    private static TokenBucketRateLimiterOptions Bucket(int burst, int rate, TimeSpan period) => new()
    {
        TokenLimit = burst, TokensPerPeriod = rate, ReplenishmentPeriod = period, QueueLimit = 0,
    };
}
