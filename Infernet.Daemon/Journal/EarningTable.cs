using Dapper;
using Infernet.Core.Identity;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>
/// The shards that this node computed for pay and what it audited, and who paid for them. An asset is named by the settlement program and
/// the mint: what is owed on one cluster's program is not owed on another's.
/// </summary>
internal sealed class EarningTable(JournalStore store)
{
    /// <summary>Writes what a shard cost; durable when it returns. What was paid in advance pays for it.</summary>
    public async Task<long> AddAsync(EarningRecord record, CancellationToken cancellationToken)
    {
        long paid = 0;
        await store.WriteAsync(
            connection =>
            {
                paid = Math.Min(record.Amount, Advance(connection, record.Peer, record.Asset));
                connection.Run(
                    """
                    INSERT INTO earnings(
                        peer, wallet, asset, job, shard, attempt, model, prompt_tokens, completion_tokens, amount, paid,
                        at_ms, kind)
                    VALUES(
                        @peer, @wallet, @asset, @job, @shard, @attempt, @model, @prompt, @completion, @amount, @paid, @at,
                        @kind)
                    """,
                    ("@peer", record.Peer.ToString()), ("@wallet", record.Wallet), ("@asset", record.Asset),
                    ("@job", record.Job), ("@shard", unchecked((long)record.Shard)), ("@attempt", (long)record.Attempt),
                    ("@model", record.Model), ("@prompt", (long)record.Usage.PromptTokens),
                    ("@completion", (long)record.Usage.CompletionTokens), ("@amount", record.Amount), ("@paid", paid),
                    ("@at", record.At.ToUnixTimeMilliseconds()), ("@kind", record.Kind));
                if (paid > 0)
                {
                    connection.Run(
                        "UPDATE earning_payers SET advance = advance - @paid WHERE peer = @peer AND asset = @asset",
                        ("@paid", paid), ("@peer", record.Peer.ToString()), ("@asset", record.Asset));
                }
            },
            cancellationToken).ConfigureAwait(false);
        return paid;
    }

    /// <summary>Notes that a payer says a shard is not to be paid. It stays owed, and says why.</summary>
    public Task WithholdAsync(
        PeerId peer, byte[] job, ulong shard, uint attempt, string reason, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Execute(
                """
                UPDATE earnings SET withheld = @reason
                WHERE peer = @peer AND job = @job AND shard = @shard AND attempt = @attempt AND paid < amount
                """,
                new
                {
                    reason, peer = peer.ToString(), job, shard = unchecked((long)shard), attempt = (long)attempt,
                }),
            cancellationToken);

    /// <summary>
    /// What a payer still owes, whichever of its two names it comes by, halved with each half-life that has passed;
    /// below 0 if it has paid in advance. And what it has paid in all by then, so that nothing is counted twice.
    /// </summary>
    public (long Owed, long Paid) Owed(PeerId peer, string wallet, string asset, DateTimeOffset now, TimeSpan halfLife) =>
        store.Read(connection => connection.QuerySingle<(long, long)>(
            """
            SELECT coalesce((
                SELECT sum((amount - paid) >> min(62, max(0, @now - at_ms) / @halfLife)) FROM (
                    SELECT id, amount, paid, at_ms FROM earnings
                    WHERE peer = @peer AND asset = @asset AND paid < amount
                    UNION
                    SELECT id, amount, paid, at_ms FROM earnings
                    WHERE wallet = @wallet AND asset = @asset AND paid < amount)), 0)
                - coalesce((SELECT advance FROM earning_payers WHERE peer = @peer AND asset = @asset), 0),
                coalesce((SELECT paid FROM earning_payers WHERE peer = @peer AND asset = @asset), 0)
            """,
            new
            {
                peer = peer.ToString(), wallet, asset, now = now.ToUnixTimeMilliseconds(),
                halfLife = (long)halfLife.TotalMilliseconds,
            }));

    /// <summary>What others left owing since a moment who have never paid so much in all that they are newcomers no more.</summary>
    /// <param name="but">Whose debts don't count.</param>
    /// <param name="asset">In what.</param>
    /// <param name="since">The moment.</param>
    /// <param name="proven">What one must have paid.</param>
    public long LostByNewcomers(PeerId but, string asset, DateTimeOffset since, ulong proven) =>
        store.Read(connection => connection.ExecuteScalar<long>(
            """
            SELECT coalesce(sum(amount - paid), 0) FROM earnings AS e
            WHERE at_ms > @since AND paid < amount AND asset = @asset AND peer <> @but AND coalesce(
                (SELECT p.paid FROM earning_payers AS p WHERE p.peer = e.peer AND p.asset = e.asset), 0) < @proven
            """,
            new
            {
                asset, but = but.ToString(), since = since.ToUnixTimeMilliseconds(),
                proven = (long)Math.Min(proven, long.MaxValue),
            }));

    /// <summary>What a payer owes for one job, without that of which it says that it will not pay it.</summary>
    public long OwedFor(PeerId peer, byte[] job) => store.Read(connection => connection.ExecuteScalar<long>(
        """
        SELECT coalesce(sum(amount - paid), 0) FROM earnings
        WHERE peer = @peer AND paid < amount AND job = @job AND withheld IS NULL
        """,
        new { peer = peer.ToString(), job }));

    /// <summary>What a payer has paid in all.</summary>
    public long PaidBy(PeerId peer, string asset) => store.Read(connection => connection.ExecuteScalar<long>(
        "SELECT coalesce(max(paid), 0) FROM earning_payers WHERE peer = @peer AND asset = @asset",
        new { peer = peer.ToString(), asset }));

    /// <summary>Lets a raise pay: first the shard that it is for, then the oldest; what is left pays in advance.</summary>
    /// <returns>What its payer has paid in all.</returns>
    internal static long Pay(SqliteConnection connection, RaiseRecord raise, long amount)
    {
        string peer = raise.Peer.ToString();
        long left = amount;
        if (raise.Job.Length > 0)
        {
            left = PayRows(
                connection, left,
                """
                SELECT id, amount - paid FROM earnings
                WHERE peer = @peer AND asset = @asset AND job = @job AND shard = @shard AND attempt = @attempt
                    AND paid < amount ORDER BY id
                """,
                ("@peer", peer), ("@asset", raise.Asset), ("@job", raise.Job), ("@shard", unchecked((long)raise.Shard)),
                ("@attempt", (long)raise.Attempt));
        }

        left = PayRows(
            connection, left,
            """
            SELECT id, amount - paid FROM earnings
            WHERE peer = @peer AND asset = @asset AND paid < amount ORDER BY withheld IS NOT NULL, id
            """,
            ("@peer", peer), ("@asset", raise.Asset));
        return connection.RunForNumber(
            """
            INSERT INTO earning_payers(peer, asset, paid, advance) VALUES(@peer, @asset, @amount, @left)
            ON CONFLICT DO UPDATE SET paid = paid + @amount, advance = advance + @left
            RETURNING paid
            """,
            ("@peer", peer), ("@asset", raise.Asset), ("@amount", amount), ("@left", left));
    }

    private static long PayRows(
        SqliteConnection connection, long left, string query, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (left == 0)
        {
            return 0;
        }

        // Ended as soon as the money is: a payer may have left many rows owing.
        var paying = new List<(long Id, long Amount)>();
        using (SqliteDataReader rows = connection.RunForRows(query, values))
        {
            while (left > 0 && rows.Read())
            {
                long part = Math.Min(left, rows.GetInt64(1));
                paying.Add((rows.GetInt64(0), part));
                left -= part;
            }
        }

        foreach ((long id, long part) in paying)
        {
            connection.Run("UPDATE earnings SET paid = paid + @part WHERE id = @id", ("@part", part), ("@id", id));
        }

        return left;
    }

    private static long Advance(SqliteConnection connection, PeerId peer, string asset) =>
        connection.RunForNumber(
            "SELECT coalesce(max(advance), 0) FROM earning_payers WHERE peer = @peer AND asset = @asset",
            ("@peer", peer.ToString()), ("@asset", asset));
}
