using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>
/// The escrows that jobs pay by: opens them, learns what became of those that a crash left behind, and takes back what has
/// expired. One is for one job at one provider: a new stream of that job goes on with it if it has the room, and nothing
/// else ever finds it. Who calls has the provider's turn.
/// </summary>
internal sealed class EscrowOpener(
    NodeIdentity identity, ChainClient chain, EscrowDesk escrows, ChannelDesk desk, PayTable table, ChannelBook book,
    PayingOptions options, TimeProvider time)
{
    /// <summary>What a job may still pay a provider by an escrow that it has there; 0 if it needs another one.</summary>
    public ulong RoomOf(PeerId provider, Address payee, byte[] jobId) => book.EscrowsOf(provider, payee, jobId)
        .Where(e => CanGoOn(e, 1)).Select(e => ChannelPolicy.Room(e, book.Reserved(e.Address))).DefaultIfEmpty().Max();

    /// <summary>An escrow that has room for a request's ceiling: that of an earlier stream, or a new one.</summary>
    /// <exception cref="PaymentException">
    /// None could be opened; with the code "pending" one may be yet, and comes back after its time.
    /// </exception>
    public async Task<PayChannel> ReadyAsync(
        PaymentRequest request, ClusterFacts facts, CancellationToken cancellationToken)
    {
        foreach (PayChannel earlier in book.EscrowsOf(request.Provider, request.Payee, request.JobId)
            .Where(e => e.Genesis == facts.Genesis))
        {
            PayChannel seen = await LookAsync(earlier, cancellationToken).ConfigureAwait(false);
            if (seen.State == PayChannelState.Opening)
            {
                throw new PaymentException(
                    PaymentCodes.Pending,
                    $"The escrow {seen.Address} for {request.Provider} may be on its way to the chain; no second one is opened "
                    + "until that is known.");
            }

            if (CanGoOn(seen, request.Ceiling))
            {
                return seen;
            }
        }

        return book.Live < options.MaxChannels
            ? await OpenAsync(request, facts, cancellationToken).ConfigureAwait(false)
            : throw new PaymentException(
                PaymentCodes.ChannelState,
                $"{options.MaxChannels} channels and escrows hold money already, and an escrow for {request.Provider} would "
                + "be one more; see 'infernet channel list' and 'infernet escrow list'");
    }

    /// <summary>Does what an escrow needs.</summary>
    /// <exception cref="PaymentException">The cluster can't be asked.</exception>
    public async Task<PayChannel> LookAsync(PayChannel escrow, CancellationToken cancellationToken)
    {
        if ((await chain.FactsAsync(cancellationToken).ConfigureAwait(false)).Genesis != escrow.Genesis)
        {
            // Another cluster knows nothing of it.
            return escrow;
        }

        EscrowState? state = await chain.EscrowAsync(escrow.Address, cancellationToken).ConfigureAwait(false);
        switch (ChannelPolicy.Next(escrow, state, book.IsInUse(escrow.Address), time.GetUtcNow()))
        {
            case ChannelStep.Resume:
                return await ResumeAsync(escrow, state, cancellationToken).ConfigureAwait(false);
            case ChannelStep.Reclaim:
                return await RefundAsync(escrow, cancellationToken).ConfigureAwait(false);
            case ChannelStep.Forget:
                return await desk.ForgetAsync(escrow, cancellationToken).ConfigureAwait(false);
            default:
                return escrow;
        }
    }

    private async Task<PayChannel> RefundAsync(PayChannel escrow, CancellationToken cancellationToken)
    {
        try
        {
            await escrows.RefundAsync($"{escrow.Address}", dryRun: false, cancellationToken).ConfigureAwait(false);
            return await desk.ForgetAsync(escrow, cancellationToken).ConfigureAwait(false);
        }
        catch (PaymentException early) when (early.Code is not (PaymentCodes.Pending or PaymentCodes.RpcUnreachable))
        {
            // The chain's clock may be behind; it is tried again.
            return await desk.SaveAsync(escrow with { Note = early.Message }, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool CanGoOn(PayChannel escrow, ulong ceiling) => ChannelPolicy.CanGoOn(
        escrow, book.Reserved(escrow.Address), ceiling, time.GetUtcNow(), options);

    private async Task<PayChannel> OpenAsync(
        PaymentRequest request, ClusterFacts facts, CancellationToken cancellationToken)
    {
        var name = EscrowName.New(identity.Id, request.JobId);
        var key = new EscrowKey(chain.Wallet, request.Payee, chain.Mint, name.Job);
        DateTimeOffset now = time.GetUtcNow();
        var escrow = new PayChannel
        {
            Address = key.Derive(chain.Program).Address,
            Peer = request.Provider,
            Key = new ChannelKey(key.Payer, key.Payee, key.Mint, new Address(identity.PublicKey), 0, 0),
            Escrow = name,
            Genesis = facts.Genesis,
            State = PayChannelState.Opening,
            Deposit = request.Ceiling,
            Expiry = now + options.EscrowTerm,
            OpenedAt = now,
            UsedAt = now,
        };
        await table.AddAsync(escrow, cancellationToken).ConfigureAwait(false);
        book.Put(escrow);
        try
        {
            await escrows.FromIntentAsync(
                new PaymentIntent
                {
                    Id = UnsafeByteOperations.UnsafeWrap(name.Id),
                    JobId = UnsafeByteOperations.UnsafeWrap(request.JobId),
                    Ceiling = request.Ceiling,
                    Mint = facts.Asset.Mint,
                    ExpiresUnixMs = (now + options.IntentLife).ToUnixTimeMilliseconds(),
                },
                $"{request.Payee}", options.EscrowTerm, dryRun: false, cancellationToken).ConfigureAwait(false);
        }
        catch (PaymentException refused) when (refused.Code is not (PaymentCodes.Pending or PaymentCodes.RpcUnreachable))
        {
            await FailAsync(escrow, refused.Message).ConfigureAwait(false);
            throw;
        }

        return await desk.SaveAsync(escrow with { State = PayChannelState.Open }, CancellationToken.None)
            .ConfigureAwait(false);
    }

    // What an earlier process, or one that gave up waiting, began is not ordered again: its job may never come back.
    private async Task<PayChannel> ResumeAsync(
        PayChannel escrow, EscrowState? state, CancellationToken cancellationToken)
    {
        if (state is not null)
        {
            return await desk.SaveAsync(escrow with { State = PayChannelState.Open }, cancellationToken)
                .ConfigureAwait(false);
        }

        return await escrows.OpeningOfAsync(escrow.Address, cancellationToken).ConfigureAwait(false) switch
        {
            // It was there, and has ended.
            TransactionState.Done => await desk.ForgetAsync(escrow, cancellationToken).ConfigureAwait(false),
            TransactionState.Approved or TransactionState.Signed => escrow,
            _ when escrows.IsOpening => escrow,
            _ => await FailAsync(escrow, "the node ended before it was opened").ConfigureAwait(false),
        };
    }

    private Task<PayChannel> FailAsync(PayChannel escrow, string reason) => desk.SaveAsync(
        escrow with { State = PayChannelState.Failed, Note = reason }, CancellationToken.None);
}
