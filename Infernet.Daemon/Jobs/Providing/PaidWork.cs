using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Earning;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>What a driver asks of a paid job's account, and what it does when the journal can't be written.</summary>
internal sealed partial class PaidWork(PayerAccount account, PeerId payer, ILogger log) : IDisposable
{
    /// <summary>What the payer is told with the acceptance.</summary>
    public AcceptPayment Terms => account.Terms;

    /// <summary>Waits until a shard may begin: its place at the gate, or why it may not.</summary>
    public async Task<(GateEntry? Entry, string? Refusal)> EnterAsync(ShardWork work)
    {
        ShardPass pass = await account.EnterAsync(work.Shard, work.Cancelled).ConfigureAwait(false);
        return pass.Refusal is null ? (pass.Entry, null) : (null, pass.Refusal);
    }

    /// <summary>An item has ended: what it did not take is room for others.</summary>
    public void ItemEnded(GateEntry entry, Item item, ItemReceipt line) => account.ItemEnded(entry, item, line);

    /// <summary>Writes what a shard cost, before its payer gets the receipt.</summary>
    /// <param name="entry">The shard's place.</param>
    /// <param name="receipt">What was done; null if nothing is owed.</param>
    /// <returns>Null, or why it could not be written.</returns>
    public async Task<string?> EndAsync(GateEntry entry, Receipt? receipt)
    {
        try
        {
            await account.EndedAsync(entry, receipt).ConfigureAwait(false);
            return null;
        }
        catch (JournalException full)
        {
            LogNotKept(payer, full.Message);
            return "this node can't write down what it earned";
        }
    }

    /// <summary>Takes a voucher, or word that there will be none.</summary>
    /// <returns>Null, or why an honest payer would not have sent it.</returns>
    public async Task<string?> TakeAsync(SessionStep step, CancellationToken cancellationToken)
    {
        try
        {
            if (step is SessionStep.Pay { Payment: var payment })
            {
                return await account.TakeAsync(payment, cancellationToken).ConfigureAwait(false);
            }

            await account.WithheldAsync(((SessionStep.Withhold)step).Withheld, cancellationToken).ConfigureAwait(false);
        }
        catch (JournalException full)
        {
            // What can't be kept does not count; its payer sends a higher one, or the same again.
            LogNotKept(payer, full.Message);
        }

        return null;
    }

    /// <summary>Nothing more will come: vouchers that have are written now.</summary>
    public void Hurry() => account.Hurry();

    /// <summary>What the payer is to be told after it paid; null if nothing.</summary>
    public JobMessage? Widened() => account.TryWiden() is { } credit ? JobMessages.CreditRaised(credit) : null;

    public void Dispose() => account.Dispose();

    [LoggerMessage(Level = LogLevel.Error, Message = "What {Peer} owes or pays can't be written: {Reason}")]
    private partial void LogNotKept(PeerId peer, string reason);
}
