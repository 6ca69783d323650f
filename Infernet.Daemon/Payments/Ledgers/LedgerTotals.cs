using System.Text.Json;

namespace Infernet.Daemon.Payments.Ledgers;

/// <summary>What all transactions on a local ledger have cost.</summary>
/// <param name="Transactions">How many there were.</param>
/// <param name="Fees">In lamports.</param>
public sealed record LedgerTotals(long Transactions, ulong Fees)
{
    /// <summary>Asks a local ledger; others don't know the question.</summary>
    public static async Task<LedgerTotals> ReadAsync(Uri rpc, TimeProvider time, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        JsonElement totals = await new LedgerChain(http, rpc, time).Rpc
            .CallAsync("ledgerTotals", [], cancellationToken).ConfigureAwait(false);
        return new LedgerTotals(
            totals.GetProperty("transactions").GetInt64(), totals.GetProperty("fees").GetUInt64());
    }
}
