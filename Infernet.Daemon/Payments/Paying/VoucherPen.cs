using System.Collections.Concurrent;
using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>
/// Signs vouchers. A payment, its channel's new sum and the day's sum are in the journal in one transaction before the
/// signature is made, so that no crash lets two vouchers of one sum stand for different work. One at a time a channel.
/// </summary>
internal sealed class VoucherPen(
    SpendingLedger ledger, GuardedVoucherSigner signer, PayTable table, ChannelBook book, TimeProvider time) : IDisposable
{
    private const int Turns = 64;

    private readonly ConcurrentDictionary<Address, (ulong Cumulative, byte[] Signature)> _last = new();
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Turns).Select(_ => new SemaphoreSlim(1))];

    /// <summary>
    /// Pays for a shard or an audit, once: paid before, it answers the channel's voucher as it is. Null for one that costs
    /// nothing, where there is no voucher yet.
    /// </summary>
    /// <param name="reservation">What the job may still pay by the channel.</param>
    /// <param name="due">What it is for, and what it costs.</param>
    /// <param name="cancellationToken">Gives up waiting for its turn.</param>
    /// <exception cref="PaymentException">It is more than was reserved, or than the day's cap allows.</exception>
    public async Task<Payment?> PayAsync(Reservation reservation, Charge due, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reservation);
        ArgumentNullException.ThrowIfNull(due);
        SemaphoreSlim turn = TurnOf(reservation.Channel);
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            PayChannel channel = book.Find(reservation.Channel)!;
            if (due.Amount > 0)
            {
                channel = await RaiseAsync(channel, reservation, due).ConfigureAwait(false);
            }

            return await SignedAsync(channel, due.Names.Shard, due.Names.Attempt).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The channel's last voucher; null if there is none.</summary>
    public async Task<Payment?> LatestAsync(Address address, CancellationToken cancellationToken)
    {
        SemaphoreSlim turn = TurnOf(address);
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SignedAsync(book.Find(address)!, 0, 0).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose()
    {
        foreach (SemaphoreSlim turn in _turns)
        {
            turn.Dispose();
        }
    }

    private async Task<PayChannel> RaiseAsync(PayChannel channel, Reservation reservation, Charge due)
    {
        if (due.Amount > reservation.Left)
        {
            return table.IsPaid(due) ? channel : throw new PaymentException(
                PaymentCodes.ChannelState,
                $"{due.What} costs {due.Amount}, and {reservation.Left} are left of what the job may pay "
                + $"{due.Provider} by the channel {channel.Address}");
        }

        var voucher = new Voucher(channel.Address, channel.Signed + due.Amount, 0);
        bool paid = false;
        try
        {
            // Once it is on its way to the journal nobody may give up on it, or this process would not know what it signed.
            SpendingPermit permit = await ledger.PromiseAsync(
                voucher, channel.Key.Mint, Insert, CancellationToken.None)
                .ConfigureAwait(false);
            _last[channel.Address] = (voucher.Cumulative, signer.Sign(voucher, permit));
        }
        catch (PaymentException) when (paid)
        {
            return channel;
        }

        return book.Promise(reservation, due.Amount, voucher.Cumulative, time.GetUtcNow());

        // What was paid before can't be written again; whether it was is looked at only then.
        void Insert(SqliteConnection connection)
        {
            try
            {
                PayTable.Insert(connection, due, voucher.Cumulative);
            }
            catch (Exception refused) when (refused is SqliteException or JournalException && due.IsPaid(connection))
            {
                paid = true;
                throw new PaymentException(PaymentCodes.NotSigned, $"{due.What} was paid before");
            }
        }
    }

    private async Task<Payment?> SignedAsync(PayChannel channel, ulong shard, uint attempt)
    {
        if (channel.Signed == 0)
        {
            return null;
        }

        var voucher = new Voucher(channel.Address, channel.Signed, 0);
        if (!_last.TryGetValue(channel.Address, out (ulong Cumulative, byte[] Signature) last)
            || last.Cumulative != channel.Signed)
        {
            // After a restart: the sum is in the journal, and its signature is made again.
            SpendingPermit permit = await ledger.PromiseAsync(
                voucher, channel.Key.Mint, _ => { }, CancellationToken.None).ConfigureAwait(false);
            last = (channel.Signed, signer.Sign(voucher, permit));
            _last[channel.Address] = last;
        }

        return new Payment
        {
            Voucher = UnsafeByteOperations.UnsafeWrap(voucher.Encode()),
            Signature = UnsafeByteOperations.UnsafeWrap(last.Signature),
            ShardId = shard,
            Attempt = attempt,
        };
    }

    private SemaphoreSlim TurnOf(Address channel) => _turns[channel.Span[0] % Turns];
}
