using System.Threading.RateLimiting;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Daemon.Journal;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// What is known of channels: reads them from the chain, keeps what was read, and notes what they have paid out. A peer
/// may cause so many questions to the chain, since those are shared by all; and so may all together whose channels are
/// not known, since peer ids cost nothing, and who keeps the chain busy keeps this node from settling in time.
/// </summary>
internal sealed class ChannelLookup(
    EarningChain chain, EarningJournal journal, EarningOptions options, TimeProvider time) : IDisposable
{
    private readonly PartitionedRateLimiter<PeerId> _questions = PartitionedRateLimiter.Create<PeerId, PeerId>(
        peer => RateLimitPartition.GetTokenBucketLimiter(
            peer, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = options.LookupsPerMinute, TokensPerPeriod = options.LookupsPerMinute,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1), QueueLimit = 0,
            }));

    private readonly TokenBucketRateLimiter _ofStrangers = new(new TokenBucketRateLimiterOptions
    {
        TokenLimit = options.StrangerLookupsPerMinute, TokensPerPeriod = options.StrangerLookupsPerMinute,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1), QueueLimit = 0,
    });

    /// <summary>
    /// A channel that a peer names, as the chain has it now, or had it lately if the chain can't be asked.
    /// </summary>
    /// <returns>The channel, or a sentence that says why there is none.</returns>
    public async Task<(EarningChannelRecord? Channel, string Problem)> FindAsync(
        ChannelKey key, PeerId peer, CancellationToken cancellationToken)
    {
        Address address = key.Derive(chain.Program).Address;
        EarningChannelRecord? known = journal.Channels.Find(address.ToString());
        DateTimeOffset now = time.GetUtcNow();
        if (known is not null && known.AgeAt(now) < options.WatchInterval && !known.IsClosed)
        {
            return (known, "");
        }

        if (!MayAsk(peer))
        {
            return (null, $"{peer} names more channels than are looked up for it; try again in a minute");
        }

        if (known is null && !MayAskForAStranger())
        {
            return (null, "more channels are named here than are looked up for those who had none; try again in a minute");
        }

        try
        {
            EarningChannelRecord? read = await ReadAsync(address, peer, known, cancellationToken).ConfigureAwait(false);
            return (read, read is null ? $"there is no channel {address} on the chain" : "");
        }
        catch (PaymentException failed)
        {
            return known is not null && VoucherCheck.IsFresh(known, now) && !known.IsClosed
                ? (known, "")
                : (null, $"the channel {address} can't be read at the moment: {ReasonForPeers.Of(failed)}");
        }
    }

    /// <summary>Whether a peer may cause another question to the chain.</summary>
    public bool MayAsk(PeerId peer)
    {
        using RateLimitLease lease = _questions.AttemptAcquire(peer);
        return lease.IsAcquired;
    }

    private bool MayAskForAStranger()
    {
        using RateLimitLease lease = _ofStrangers.AttemptAcquire();
        return lease.IsAcquired;
    }

    /// <summary>Reads a channel that is known again.</summary>
    /// <exception cref="PaymentException">The chain can't be asked.</exception>
    public async Task<EarningChannelRecord> ReadAgainAsync(
        EarningChannelRecord known, CancellationToken cancellationToken) =>
        await ReadAsync(known.Key.Derive(chain.Program).Address, known.Peer, known, cancellationToken)
            .ConfigureAwait(false) ?? known;

    public void Dispose()
    {
        _questions.Dispose();
        _ofStrangers.Dispose();
    }

    private async Task<EarningChannelRecord?> ReadAsync(
        Address address, PeerId peer, EarningChannelRecord? known, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ChainTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        ChannelState? state;
        DateTimeOffset asked = time.GetUtcNow();
        try
        {
            state = await chain.Channel(address, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException slow) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PaymentException(
                PaymentCodes.RpcUnreachable,
                $"The cluster did not answer a question about {address} within {options.ChainTimeout.TotalSeconds:0} s.",
                slow);
        }

        EarningChannelRecord? read = state is not null ? Record(address, peer, state, asked)
            : known is not null ? known with { IsClosed = true, ReadAt = asked }
            : null;
        if (read is null)
        {
            return null;
        }

        await journal.Channels.KeepAsync(read, cancellationToken).ConfigureAwait(false);
        // Anybody may send a settlement, and this node may have sent it just before it ended. What the two agreed to end
        // has settled with its end.
        long settled = read is { IsClosed: true, CloseSignedAt: not null } ? read.Held : read.Settled;
        if (settled > (known?.Settled ?? 0))
        {
            await journal.Settlements.AddAsync(read, settled, null, 0, asked, cancellationToken).ConfigureAwait(false);
        }

        return journal.Channels.Find(read.Channel);
    }

    private EarningChannelRecord Record(Address address, PeerId peer, ChannelState state, DateTimeOffset at) => new()
    {
        Channel = address.ToString(),
        Peer = peer,
        Key = state.Key,
        Program = chain.Program.ToString(),
        Deposit = Bounded(state.Deposit),
        Settled = Bounded(state.Settled),
        Expiry = At(state.Expiry),
        ReclaimAt = state.ReclaimAt == 0 ? null : At(state.ReclaimAt),
        WithdrawDelay = TimeSpan.FromSeconds(Math.Clamp(state.WithdrawDelay, 0, MaxSeconds)),
        Terms = state.Terms,
        ReadAt = at,
    };

    private const long MaxSeconds = 366L * 24 * 3600 * 1000;

    // Clocks that no calendar has are as far away as one goes; amounts above 63 bits count for those only.
    private static DateTimeOffset At(long seconds) => DateTimeOffset.FromUnixTimeSeconds(
        Math.Clamp(seconds, 0, DateTimeOffset.MaxValue.ToUnixTimeSeconds()));

    private static long Bounded(ulong amount) => (long)Math.Min(amount, long.MaxValue);
}
