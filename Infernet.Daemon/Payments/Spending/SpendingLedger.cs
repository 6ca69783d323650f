using Infernet.Core.Api;
using Infernet.Daemon.Journal;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Payments.Spending;

/// <summary>
/// Keeps the day's cap: two sums a mint, of what transactions take out of the wallet and of what vouchers promise, both
/// in the journal before anything is signed. Nothing is ever given back to a day, so no lie about what became of a
/// transaction makes room for another. A day that was begun is not begun again when the clock goes back.
/// </summary>
internal sealed class SpendingLedger(
    SpendingTable table, SpendingCaps caps, TransactionOutflow reader, AmountNames names, TimeProvider time)
{
    private static readonly Seal Own = new OwnSeal();

    /// <summary>Permits a message; what it takes from the wallet is durable when this returns.</summary>
    /// <param name="message">What is to be signed.</param>
    /// <param name="scope">What its price depends on.</param>
    /// <param name="what">For the error: "opening the channel …".</param>
    /// <param name="together">Written in the same transaction; may be called again if that one has to be repeated.</param>
    /// <param name="cancellationToken">Gives up waiting for the journal.</param>
    /// <exception cref="PaymentException">It can't be priced, or the day's cap does not allow it.</exception>
    public async Task<SpendingPermit> LockAsync(
        Message message, OutflowScope scope, string what, Action<SqliteConnection> together,
        CancellationToken cancellationToken)
    {
        Outflow outflow = reader.Of(message, scope);
        await table.WriteAsync(
            connection =>
            {
                foreach ((Address mint, ulong amount) in outflow.Amounts)
                {
                    Raise(connection, SpendingKind.Locked, mint, amount, scope.StakeMint == mint, what);
                }

                together(connection);
            },
            cancellationToken).ConfigureAwait(false);
        return new SpendingPermit(Own, message.Serialize(), outflow);
    }

    /// <summary>
    /// Permits a voucher: what it is above the channel's last one is durable when this returns. The same voucher again
    /// promises nothing new.
    /// </summary>
    /// <param name="voucher">What is to be signed.</param>
    /// <param name="mint">What the channel is in.</param>
    /// <param name="together">Written in the same transaction; may be called again if that one has to be repeated.</param>
    /// <param name="cancellationToken">Gives up waiting for the journal.</param>
    /// <exception cref="PaymentException">It is below the last one, or the day's cap does not allow it.</exception>
    public async Task<SpendingPermit> PromiseAsync(
        Voucher voucher, Address mint, Action<SqliteConnection> together, CancellationToken cancellationToken)
    {
        await table.WriteAsync(
            connection =>
            {
                ulong before = SpendingTable.Promised(connection, voucher.Channel);
                if (voucher.Cumulative < before || voucher.Cumulative > long.MaxValue)
                {
                    throw new PaymentException(
                        PaymentCodes.NotSigned,
                        $"A voucher of {names.Show(mint, voucher.Cumulative)} is below the last one of the channel "
                        + $"{voucher.Channel}, of {names.Show(mint, before)}; a voucher only ever rises.");
                }

                together(connection);
                Raise(
                    connection, SpendingKind.Promised, mint, voucher.Cumulative - before, isStake: false,
                    $"a voucher for the channel {voucher.Channel}");
                SpendingTable.SetPromised(connection, voucher.Channel, mint, voucher.Cumulative);
            },
            cancellationToken).ConfigureAwait(false);
        return new SpendingPermit(Own, voucher.Encode(), new Outflow().Add(mint, 0));
    }

    /// <summary>The sums of the day that counts now.</summary>
    public SpendingDay Today(Address mint)
    {
        (long day, ulong locked, ulong promised) = table.Read(Day(), mint);
        return new SpendingDay(
            Date(day), locked, promised, caps.For(mint, isStake: false));
    }

    private void Raise(
        SqliteConnection connection, SpendingKind kind, Address mint, ulong amount, bool isStake, string what)
    {
        if (amount == 0)
        {
            return;
        }

        ulong cap = caps.For(mint, isStake);
        (long day, ulong before) = SpendingTable.Read(connection, Day(), kind, mint);
        if (before > cap || amount > cap - before)
        {
            throw new PaymentException(
                PaymentCodes.SpendingCap,
                $"{names.Show(mint, amount)} for {what} would pass the day's cap of {names.Show(mint, cap)}: "
                + $"{names.Show(mint, before)} went on {Date(day):yyyy-MM-dd} (UTC). Raise the cap, or wait for the next day.");
        }

        SpendingTable.Set(connection, day, kind, mint, before + amount);
    }

    private static DateOnly Date(long day) => DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day));

    private long Day() => time.GetUtcNow().ToUnixTimeSeconds() / 86_400;

    /// <summary>What a permit can't be made without. Nobody else can make one, not even by deriving from it.</summary>
    internal abstract class Seal
    {
        private protected Seal()
        {
            if (this is not OwnSeal)
            {
                throw new InvalidOperationException("Only the spending ledger permits.");
            }
        }
    }

    private sealed class OwnSeal : Seal;
}
