using System.Runtime.InteropServices;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>
/// What came back for a job: outputs, receipts, attempts. An output is written once with the receipt that covers it,
/// in one transaction; a second one for the same input is ignored, whoever brings it.
/// </summary>
internal sealed class OutputTable(JournalStore store)
{
    private const string SelectReceipts =
        """
        SELECT hash AS Hash, shard AS Shard, provider AS Provider, items AS Items,
            completion_tokens AS CompletionTokens, started_us AS StartedUnixUs, finished_us AS FinishedUnixUs,
            engine AS Engine, envelope AS Envelope, lines AS Lines
        FROM receipts
        """;

    /// <summary>Writes what a shard brought; durable when it returns.</summary>
    public Task AddShardAsync(
        long row, IReadOnlyList<OutputRecord> outputs, ReceiptRecord? receipt, AttemptRecord attempt,
        AuditRecord? audit, bool asVotes, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                InsertAttempt(connection, row, attempt);
                if (receipt is not null)
                {
                    InsertReceipt(connection, row, receipt);
                    if (asVotes)
                    {
                        VoteTable.Insert(connection, row, outputs);
                    }
                    else
                    {
                        InsertOutputs(connection, row, outputs);
                    }
                }

                if (audit is not null)
                {
                    AuditTable.Insert(connection, row, audit);
                }
            },
            cancellationToken);

    /// <summary>Outputs from an index on, in the order of the inputs, at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<OutputRecord> List(long row, int from, int limit) => store.Read(connection =>
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT o.item, i.name, o.output, o.embedding, o.finish, o.error, o.prompt_tokens, o.completion_tokens,
                o.provider, o.receipt
            FROM outputs o JOIN inputs i ON i.job = o.job AND i.item = o.item
            WHERE o.job = $job AND o.item >= $from ORDER BY o.item LIMIT $limit
            """;
        command.Parameters.AddWithValue("$job", row);
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$limit", limit);
        using SqliteDataReader reader = command.ExecuteReader();
        var outputs = new List<OutputRecord>();
        while (reader.Read())
        {
            outputs.Add(ReadOutput(reader));
        }

        return outputs;
    });

    /// <summary>The indices that have an output.</summary>
    public IReadOnlyList<int> DoneIndices(long row) => store.Read(connection =>
        connection.Query<int>("SELECT item FROM outputs WHERE job = @row ORDER BY item", new { row }).AsList());

    /// <summary>Sums over a job's outputs.</summary>
    public JobTotals Totals(long row) => store.Read(connection =>
    {
        (long done, long failed, long prompt, long completion) = connection.QuerySingle<(long, long, long, long)>(
            """
            SELECT count(*), coalesce(sum(finish = 'error'), 0), coalesce(sum(prompt_tokens), 0),
                coalesce(sum(completion_tokens), 0)
            FROM outputs WHERE job = @row
            """,
            new { row });
        return new JobTotals((int)done, (int)failed, prompt, completion);
    });

    /// <summary>Each provider's share of the accepted outputs: items and tokens generated.</summary>
    public IReadOnlyList<(string Provider, long Items, long Tokens)> SharesByProvider(long row) =>
        store.Read(connection => connection.Query<(string, long, long)>(
            "SELECT provider, count(*), sum(completion_tokens) FROM outputs WHERE job = @row GROUP BY provider",
            new { row }).AsList());

    /// <summary>Receipts in the order in which they came.</summary>
    public IReadOnlyList<ReceiptRecord> Receipts(long row) => store.Read(connection =>
        connection.Query<ReceiptRecord>($"{SelectReceipts} WHERE job = @row ORDER BY rowid", new { row }).AsList());

    /// <summary>The receipt with this hash; null if the job has none.</summary>
    public ReceiptRecord? FindReceipt(long row, byte[] hash) => store.Read(connection =>
        connection.QuerySingleOrDefault<ReceiptRecord>(
            $"{SelectReceipts} WHERE job = @row AND hash = @hash", new { row, hash }));

    /// <summary>How often each provider's attempts ended how.</summary>
    public IReadOnlyList<(string Provider, string Outcome, long Count)> AttemptCounts(long row) =>
        store.Read(connection => connection.Query<(string, string, long)>(
            "SELECT provider, outcome, count(*) FROM attempts WHERE job = @row GROUP BY provider, outcome",
            new { row }).AsList());

    private static OutputRecord ReadOutput(SqliteDataReader reader) => new()
    {
        Index = reader.GetInt32(0),
        Name = reader.IsDBNull(1) ? null : reader.GetString(1),
        Output = reader.IsDBNull(2) ? null : reader.GetString(2),
        Embedding = reader.IsDBNull(3)
            ? null
            : MemoryMarshal.Cast<byte, float>(reader.GetFieldValue<byte[]>(3)).ToArray(),
        FinishReason = reader.GetString(4),
        Error = reader.IsDBNull(5) ? null : reader.GetString(5),
        PromptTokens = reader.GetInt32(6),
        CompletionTokens = reader.GetInt32(7),
        Provider = reader.GetString(8),
        Receipt = reader.GetFieldValue<byte[]>(9),
    };

    private static void InsertAttempt(SqliteConnection connection, long row, AttemptRecord attempt) =>
        connection.Run(
            """
            INSERT OR REPLACE INTO attempts(job, shard, attempt, provider, items, outcome, reason, ended_ms)
            VALUES(@job, @shard, @attempt, @provider, @items, @outcome, @reason, @ended)
            """,
            ("@job", row), ("@shard", attempt.Shard), ("@attempt", attempt.Attempt), ("@provider", attempt.Provider),
            ("@items", attempt.Items), ("@outcome", attempt.Outcome), ("@reason", attempt.Reason),
            ("@ended", attempt.EndedAt.ToUnixTimeMilliseconds()));

    private static void InsertReceipt(SqliteConnection connection, long row, ReceiptRecord receipt) =>
        connection.Run(
            """
            INSERT OR IGNORE INTO receipts(
                job, hash, shard, provider, items, completion_tokens, started_us, finished_us, engine, envelope,
                lines)
            VALUES(@job, @hash, @shard, @provider, @items, @tokens, @started, @finished, @engine, @envelope, @lines)
            """,
            ("@job", row), ("@hash", receipt.Hash), ("@shard", receipt.Shard), ("@provider", receipt.Provider),
            ("@items", receipt.Items), ("@tokens", receipt.CompletionTokens), ("@started", receipt.StartedUnixUs),
            ("@finished", receipt.FinishedUnixUs), ("@engine", receipt.Engine), ("@envelope", receipt.Envelope),
            ("@lines", receipt.Lines));

    /// <summary>Writes outputs as part of a transaction; those that are there already stay.</summary>
    internal static void InsertOutputs(SqliteConnection connection, long row, IReadOnlyList<OutputRecord> outputs)
    {
        foreach (OutputRecord output in outputs)
        {
            connection.Run(
                """
                INSERT OR IGNORE INTO outputs(
                    job, item, output, embedding, finish, error, prompt_tokens, completion_tokens, provider, receipt)
                VALUES(@job, @item, @output, @embedding, @finish, @error, @prompt, @completion, @provider, @receipt)
                """,
                ("@job", row), ("@item", output.Index), ("@output", output.Output),
                ("@embedding", output.Embedding is { } numbers ? MemoryMarshal.AsBytes<float>(numbers).ToArray() : null),
                ("@finish", output.FinishReason), ("@error", output.Error), ("@prompt", output.PromptTokens),
                ("@completion", output.CompletionTokens), ("@provider", output.Provider), ("@receipt", output.Receipt));
        }
    }
}
