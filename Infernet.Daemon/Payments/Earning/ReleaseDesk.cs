using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Has an escrow released by the committee, for the best voucher that is held of it. From before the committee is asked
/// until that has come to nothing, nothing on the escrow counts: what it ends with is what was asked for.
/// </summary>
internal sealed class ReleaseDesk(
    EarningChain chain, EarningJournal journal, Func<string, bool> isWorkedFor, TimeProvider time)
{
    /// <summary>
    /// Releases an escrow; null if its job has come back meanwhile. What a crash leaves is noted when the escrow is read next.
    /// </summary>
    /// <exception cref="PaymentException">It can't be released now: too few of the committee sign, for instance.</exception>
    public async Task<SettlementView?> ReleaseAsync(
        EarningChannelRecord escrow, bool ends, CancellationToken cancellationToken)
    {
        await journal.Channels.MarkClosingAsync(escrow.Channel, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (isWorkedFor(escrow.Channel) && !ends)
        {
            await UnmarkAsync(escrow).ConfigureAwait(false);
            return null;
        }

        // With what came just before the mark.
        escrow = journal.Channels.Find(escrow.Channel)!;
        try
        {
            EscrowChange change = await SendAsync(escrow, dryRun: false, cancellationToken).ConfigureAwait(false);
            await journal.Channels.KeepAsync(
                escrow with { IsClosed = true, ReadAt = time.GetUtcNow() }, CancellationToken.None).ConfigureAwait(false);
            return SettlementDesk.View(
                await journal.Settlements.AddAsync(
                    escrow, escrow.Held, change.Spend.Transaction, (long)change.Spend.Fee, time.GetUtcNow(),
                    CancellationToken.None).ConfigureAwait(false),
                escrow.Peer);
        }
        catch (PaymentException refused) when (refused.Code is not (PaymentCodes.Pending or PaymentCodes.RpcUnreachable))
        {
            await UnmarkAsync(escrow).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What a release would take. The committee signs; nothing is sent.</summary>
    /// <exception cref="PaymentException">It can't be released now.</exception>
    public async Task<SpendView> QuoteAsync(EarningChannelRecord escrow, CancellationToken cancellationToken) =>
        (await SendAsync(escrow, dryRun: true, cancellationToken).ConfigureAwait(false)).Spend;

    private async Task<EscrowChange> SendAsync(
        EarningChannelRecord escrow, bool dryRun, CancellationToken cancellationToken)
    {
        var voucher = new Voucher(Address.Parse(escrow.Channel), (ulong)escrow.Held, escrow.VoucherExpiry);
        ReleaseRequest request = escrow.Escrow!.Clone();
        request.Voucher = UnsafeByteOperations.UnsafeWrap(voucher.Encode());
        request.Signature = UnsafeByteOperations.UnsafeWrap(escrow.Signature);
        return await chain.Release(
            await chain.Attest(request, cancellationToken).ConfigureAwait(false), dryRun, cancellationToken)
            .ConfigureAwait(false);
    }

    private Task UnmarkAsync(EarningChannelRecord escrow) =>
        journal.Channels.MarkClosingAsync(escrow.Channel, null, CancellationToken.None);
}
