using System.Threading.RateLimiting;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Escrows;
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
    public Task<(EarningChannelRecord? Channel, string Problem)> FindAsync(
        ChannelKey key, PeerId peer, CancellationToken cancellationToken) =>
        FindAsync(key.Derive(chain.Program).Address, null, peer, cancellationToken);

    /// <summary>An escrow likewise.</summary>
    /// <param name="escrow">What the committee has to be shown of it; kept with it.</param>
    /// <param name="peer">Its payer, whose identity signs.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<(EarningChannelRecord? Channel, string Problem)> FindAsync(
        ReleaseRequest escrow, PeerId peer, CancellationToken cancellationToken) => FindAsync(
        EscrowReferences.KeyOf(escrow.Escrow).Derive(chain.Program).Address, escrow, peer, cancellationToken);

    private async Task<(EarningChannelRecord? Channel, string Problem)> FindAsync(
        Address address, ReleaseRequest? escrow, PeerId peer, CancellationToken cancellationToken)
    {
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
            EarningChannelRecord? read = await ReadAsync(address, peer, escrow, known, cancellationToken)
                .ConfigureAwait(false);
            return (read, read is null
                ? $"there is no {(escrow is null ? "channel" : "escrow")} {address} on the chain" : "");
        }
        catch (PaymentException failed)
        {
            return known is not null && VoucherCheck.IsFresh(known, now) && !known.IsClosed
                ? (known, "")
                : (null, $"{address} can't be read at the moment: {ReasonForPeers.Of(failed)}");
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
        await ReadAsync(Address.Parse(known.Channel), known.Peer, known.Escrow, known, cancellationToken)
            .ConfigureAwait(false) ?? known;

    public void Dispose()
    {
        _questions.Dispose();
        _ofStrangers.Dispose();
    }

    private async Task<EarningChannelRecord?> ReadAsync(
        Address address, PeerId peer, ReleaseRequest? escrow, EarningChannelRecord? known,
        CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.ChainTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        EarningChannelRecord? state;
        DateTimeOffset asked = time.GetUtcNow();
        try
        {
            state = await StateAsync(address, peer, escrow, asked, linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException slow) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PaymentException(
                PaymentCodes.RpcUnreachable,
                $"The cluster did not answer a question about {address} within {options.ChainTimeout.TotalSeconds:0} s.",
                slow);
        }

        EarningChannelRecord? read = state ?? (known is not null ? known with { IsClosed = true, ReadAt = asked }
            : null);
        if (read is null)
        {
            return null;
        }

        await journal.Channels.KeepAsync(read, cancellationToken).ConfigureAwait(false);
        // Anybody may send a settlement, and this node may have sent it just before it ended. What the two agreed to end
        // has settled with its end.
        bool hasSettled = read.IsClosed && (read.Escrow is null
            ? read.CloseSignedAt is not null
            : await chain.WasReleased(address, read.Key.OpenSlot, cancellationToken).ConfigureAwait(false));
        long settled = hasSettled ? read.Held : read.Settled;
        if (settled > (known?.Settled ?? 0))
        {
            await journal.Settlements.AddAsync(read, settled, null, 0, asked, cancellationToken).ConfigureAwait(false);
        }

        return journal.Channels.Find(read.Channel);
    }

    private async Task<EarningChannelRecord?> StateAsync(
        Address address, PeerId peer, ReleaseRequest? escrow, DateTimeOffset at, CancellationToken cancellationToken) =>
        escrow is null
            ? await chain.Channel(address, cancellationToken).ConfigureAwait(false) is { } channel
                ? Record(address, peer, channel, at) : null
            : await chain.Escrow(address, cancellationToken).ConfigureAwait(false) is { } state
                ? Record(address, peer, escrow, state, at) : null;

    // Whose vouchers count the chain does not say of an escrow; its name was held against the payer before.
    private EarningChannelRecord Record(
        Address address, PeerId peer, ReleaseRequest escrow, EscrowState state, DateTimeOffset at) => new()
        {
            Channel = address.ToString(),
            Peer = peer,
            Key = new ChannelKey(
                state.Key.Payer, state.Key.Payee, state.Key.Mint,
                peer.TryGetEd25519(out byte[] signer) ? new Address(signer) : default, 0, state.OpenedSlot),
            Escrow = escrow,
            Program = chain.Program.ToString(),
            Deposit = Bounded(state.Amount),
            Settled = 0,
            Expiry = At(state.Expiry),
            WithdrawDelay = At(state.Expiry) > at ? At(state.Expiry) - at : TimeSpan.Zero,
            Terms = state.Terms,
            ReadAt = at,
        };

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
