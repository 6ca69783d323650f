using Dapper;
using Infernet.Solana.Keys;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>
/// The transactions of this node's wallet: what was signed stands here before anybody else sees it.
/// </summary>
internal sealed class TransactionTable(JournalStore store)
{
    private const string Columns =
        """
        SELECT id AS RowId, purpose AS Purpose, key AS Key, genesis AS Genesis, state AS State, wire AS Wire,
            last_valid AS LastValid, fee AS Fee, slot AS Slot, problem AS Problem, at_ms AS At FROM transactions
        """;

    /// <summary>Writes down that one is about to be signed, as part of the transaction that accounts for it.</summary>
    public static void Insert(SqliteConnection connection, TransactionRecord record) => connection.Execute(
        """
        INSERT INTO transactions(id, purpose, key, genesis, state, last_valid, fee, slot, at_ms)
        VALUES(@Row, @Purpose, @Key, @genesis, @state, @last, @fee, 0, @at)
        """,
        new
        {
            record.Row, record.Purpose, record.Key, genesis = record.Genesis.ToArray(), state = record.State.ToString(),
            last = (long)record.LastValidHeight, fee = (long)record.Fee, at = record.At.ToUnixTimeMilliseconds(),
        });

    /// <summary>A number that no transaction had.</summary>
    public long NextRow() => store.Read(connection => connection.ExecuteScalar<long>(
        "SELECT coalesce(max(id), 0) + 1 FROM transactions"));

    /// <summary>Keeps the signed bytes; durable when it returns, and only then may they leave.</summary>
    public Task SignedAsync(long row, byte[] wire, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            "UPDATE transactions SET state = 'Signed', wire = @wire WHERE id = @row", new { row, wire }),
        cancellationToken);

    public Task EndAsync(
        long row, TransactionState state, ulong slot, string? problem, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Execute(
                "UPDATE transactions SET state = @state, slot = @slot, problem = @problem WHERE id = @row",
                new { row, state = state.ToString(), slot = (long)slot, problem }),
            cancellationToken);

    /// <summary>The last one of a purpose and key on this cluster; null if there is none.</summary>
    public TransactionRecord? Last(string purpose, string key, Address genesis) => store.Read(connection =>
        connection.Query<Row>(
            Columns + " WHERE purpose = @purpose AND key = @key AND genesis = @genesis ORDER BY id DESC LIMIT 1",
            new { purpose, key, genesis = genesis.ToArray() }).FirstOrDefault()?.ToRecord());

    /// <summary>Those in a state, the oldest first.</summary>
    public IReadOnlyList<TransactionRecord> In(TransactionState state) => store.Read(connection =>
        connection.Query<Row>(Columns + " WHERE state = @state ORDER BY id", new { state = state.ToString() })
            .Select(r => r.ToRecord()).ToList());

    /// <summary>The newest first.</summary>
    public IReadOnlyList<TransactionRecord> Latest(int limit) => store.Read(connection =>
        connection.Query<Row>(Columns + " ORDER BY id DESC LIMIT @limit", new { limit })
            .Select(r => r.ToRecord()).ToList());

    private sealed class Row
    {
        public long RowId { get; set; }

        public string Purpose { get; set; } = "";

        public string Key { get; set; } = "";

        public byte[] Genesis { get; set; } = [];

        public string State { get; set; } = "";

        public byte[]? Wire { get; set; }

        public long LastValid { get; set; }

        public long Fee { get; set; }

        public long Slot { get; set; }

        public string? Problem { get; set; }

        public long At { get; set; }

        public TransactionRecord ToRecord() => new(
            RowId, Purpose, Key, new Address(Genesis), Enum.Parse<TransactionState>(State), Wire, (ulong)LastValid,
            (ulong)Fee, (ulong)Slot, Problem, DateTimeOffset.FromUnixTimeMilliseconds(At));
    }
}
