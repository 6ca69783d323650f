using Dapper;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>What channels paid out to this node, once for each total that the chain has shown.</summary>
internal sealed class SettlementTable(JournalStore store)
{
    /// <summary>
    /// Notes that a channel has paid out up to a total; durable when it returns. What one total above another comes to is
    /// counted once, in whichever order they become known; what was not known of a transaction is added.
    /// </summary>
    public async Task<SettlementRecord> AddAsync(
        EarningChannelRecord channel, long total, string? transaction, long networkFee, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        SettlementRecord noted = null!;
        await store.WriteAsync(
            connection =>
            {
                long before = connection.ExecuteScalar<long>(
                    "SELECT coalesce(max(total), 0) FROM settlements WHERE channel = @Channel", new { channel.Channel });
                noted = new SettlementRecord(channel.Channel, total, 0, 0, networkFee, transaction, at);
                if (total > before)
                {
                    noted = noted with
                    {
                        Amount = total - before, Received = (long)channel.Terms.Divide((ulong)before, (ulong)total).Payee,
                    };
                    Insert(connection, noted);
                }
                else if (transaction is not null)
                {
                    noted = Complete(connection, noted) ?? noted;
                }
            },
            cancellationToken).ConfigureAwait(false);
        return noted;
    }

    /// <summary>All of them since a time, the latest first.</summary>
    public IReadOnlyList<SettlementRecord> List(DateTimeOffset since, int most) => store.Read(connection =>
        connection.Query<(string, long, long, long, long, string?, long)>(
            """
            SELECT channel, total, amount, received, network_fee, signature, at_ms FROM settlements
            WHERE at_ms >= @since ORDER BY at_ms DESC, total DESC LIMIT @most
            """,
            new { since = since.ToUnixTimeMilliseconds(), most })
            .Select(r => new SettlementRecord(
                r.Item1, r.Item2, r.Item3, r.Item4, r.Item5, r.Item6, DateTimeOffset.FromUnixTimeMilliseconds(r.Item7)))
            .ToList());

    private static void Insert(SqliteConnection connection, SettlementRecord noted)
    {
        var parameters = new
        {
            noted.Channel, noted.Total, noted.Amount, noted.Received, noted.NetworkFee, noted.Transaction,
            at = noted.At.ToUnixTimeMilliseconds(),
        };
        connection.Execute(
            """
            INSERT INTO settlements(channel, total, amount, received, network_fee, signature, at_ms)
            VALUES(@Channel, @Total, @Amount, @Received, @NetworkFee, @Transaction, @at)
            """,
            parameters);
        connection.Execute(
            """
            UPDATE earning_channels SET settled = max(settled, @Total),
                held_ms = CASE WHEN held <= @Total THEN NULL ELSE @at END
            WHERE channel = @Channel
            """,
            parameters);
    }

    /// <summary>The chain showed the total before its transaction was known here.</summary>
    private static SettlementRecord? Complete(SqliteConnection connection, SettlementRecord noted)
    {
        connection.Execute(
            """
            UPDATE settlements SET signature = @Transaction, network_fee = @NetworkFee
            WHERE channel = @Channel AND total = @Total AND signature IS NULL
            """,
            noted);
        (long Amount, long Received)? row = connection
            .Query<(long, long)>(
                "SELECT amount, received FROM settlements WHERE channel = @Channel AND total = @Total", noted)
            .Select(r => ((long, long)?)r).SingleOrDefault();
        return row is { } found ? noted with { Amount = found.Amount, Received = found.Received } : null;
    }
}
