using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>
/// The audits of this node's jobs, with their verdicts. An audit is opened in the same transaction that accepts the
/// answers, and its end and what follows for them is one transaction, too: no crash leaves one without the other.
/// </summary>
internal sealed class AuditTable(JournalStore store)
{
    private const string Moved =
        "job, item, output, embedding, finish, error, prompt_tokens, completion_tokens, provider, receipt";

    private const string Columns =
        """
        receipt AS Receipt, offer AS Offer, provider AS Provider, shard AS Shard, discretionary AS Discretionary,
        places AS Places, request AS Request, opened_ms AS Opened, state AS State, reason AS Reason, ratio AS Ratio,
        auditors AS Auditors
        """;

    /// <summary>Opens an audit; part of the transaction that accepts the answers.</summary>
    public static void Insert(SqliteConnection connection, long row, AuditRecord audit) => connection.Execute(
        """
        INSERT OR IGNORE INTO audits(
            job, receipt, offer, provider, shard, discretionary, places, request, opened_ms, state)
        VALUES(@row, @Receipt, @Offer, @Provider, @Shard, @Discretionary, @places, @Request, @opened, @State)
        """,
        new
        {
            row, audit.Receipt, audit.Offer, audit.Provider, audit.Shard, audit.Discretionary,
            places = string.Join(' ', audit.Places.Select(p => p.ToString(CultureInfo.InvariantCulture))),
            audit.Request, opened = audit.OpenedAt.ToUnixTimeMilliseconds(), audit.State,
        });

    /// <summary>Ends an audit; answers what was taken back. Durable when it returns.</summary>
    public async Task<IReadOnlyList<RemovedOutput>> RuleAsync(
        long row, RulingRecord ruling, CancellationToken cancellationToken)
    {
        IReadOnlyList<RemovedOutput> removed = [];
        await store.WriteAsync(connection => removed = Rule(connection, row, ruling), cancellationToken)
            .ConfigureAwait(false);
        return removed;
    }

    /// <summary>The job ends: what is still out will not be judged.</summary>
    public Task AbandonAsync(long row, string reason, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            "UPDATE audits SET state = @Unaudited, reason = @reason WHERE job = @row AND state = @Pending",
            new { row, AuditState.Unaudited, AuditState.Pending, reason }),
        cancellationToken);

    /// <summary>The audits of a job, in the order in which they were opened.</summary>
    public IReadOnlyList<AuditRecord> List(long row) => store.Read(connection =>
        connection.Query<Row>($"SELECT {Columns} FROM audits WHERE job = @row ORDER BY opened_ms, shard", new { row })
            .Select(r => r.ToRecord()).ToList());

    /// <summary>One audit; null if the receipt has none.</summary>
    public AuditRecord? Find(long row, byte[] receipt) => store.Read(connection =>
        connection.QuerySingleOrDefault<Row>(
            $"SELECT {Columns} FROM audits WHERE job = @row AND receipt = @receipt", new { row, receipt })?.ToRecord());

    /// <summary>How the audits of these receipts stand, by the receipt's hash in hexadecimal.</summary>
    public IReadOnlyDictionary<string, AuditMark> Marks(long row, IReadOnlyList<byte[]> receipts) =>
        store.Read(connection => connection.Query<(byte[] Receipt, string State, string? Reason, string Auditors)>(
            "SELECT receipt, state, reason, auditors FROM audits WHERE job = @row AND receipt IN @receipts",
            new { row, receipts }).ToDictionary(
                m => Convert.ToHexString(m.Receipt),
                m => new AuditMark(
                    m.State, m.Reason, m.Auditors.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    /// <summary>The verdicts on a receipt, by auditor.</summary>
    public IReadOnlyList<(string Auditor, byte[] Envelope)> Verdicts(long row, byte[] receipt) =>
        store.Read(connection => connection.Query<(string, byte[])>(
            "SELECT auditor, envelope FROM verdicts WHERE job = @row AND receipt = @receipt ORDER BY auditor",
            new { row, receipt }).AsList());

    /// <summary>Audits that ended with verdicts which are not evidence yet.</summary>
    public IReadOnlyList<(long Row, AuditRecord Audit)> Unrevealed(long? row) => store.Read(connection =>
        connection.Query<Row>(
            $"""
            SELECT job AS Job, {Columns} FROM audits
            WHERE revealed = 0 AND state != @Pending AND (@row IS NULL OR job = @row) ORDER BY opened_ms
            """,
            new { row, AuditState.Pending }).Select(r => (r.Job, r.ToRecord())).ToList());

    /// <summary>The verdicts of an audit are evidence now.</summary>
    public Task RevealedAsync(long row, byte[] receipt, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            "UPDATE audits SET revealed = 1 WHERE job = @row AND receipt = @receipt", new { row, receipt }),
        cancellationToken);

    /// <summary>How often each provider's audits ended how.</summary>
    public IReadOnlyList<(string Provider, string State, long Count)> Counts(long row) => store.Read(connection =>
        connection.Query<(string, string, long)>(
            "SELECT provider, state, count(*) FROM audits WHERE job = @row GROUP BY provider, state",
            new { row }).AsList());

    /// <summary>The answers that were taken back: item, provider, reason.</summary>
    public IReadOnlyList<(int Item, string Provider, string Reason)> Rejections(long row, int limit) =>
        store.Read(connection => connection.Query<(int, string, string)>(
            "SELECT item, provider, reason FROM rejected_outputs WHERE job = @row ORDER BY rowid LIMIT @limit",
            new { row, limit }).AsList());

    private static List<RemovedOutput> Rule(SqliteConnection connection, long row, RulingRecord ruling)
    {
        var values = new
        {
            row, ruling.Receipt, ruling.Provider, ruling.State, ruling.Reason, ruling.Ratio, AuditState.Verified,
            AuditState.Pending, AuditState.Withdrawn, Convicted = "its provider was convicted of cheating",
            auditors = string.Join(' ', ruling.Verdicts.Select(v => v.Auditor)),
        };
        connection.Execute(
            """
            UPDATE audits SET state = @State, reason = @Reason, ratio = @Ratio, auditors = @auditors
            WHERE job = @row AND receipt = @Receipt
            """,
            values);
        foreach ((string auditor, byte[] envelope) in ruling.Verdicts)
        {
            connection.Execute(
                "INSERT OR IGNORE INTO verdicts(job, receipt, auditor, envelope) VALUES(@row, @Receipt, @auditor, @envelope)",
                new { row, ruling.Receipt, auditor, envelope });
        }

        foreach (AuditCharge due in ruling.Dues)
        {
            AuditDueTable.Add(connection, due);
        }

        var removed = new List<RemovedOutput>();
        if (ruling.State == AuditState.Rejected)
        {
            removed.AddRange(Remove(connection, "receipt = @Receipt", values, "@Reason"));
        }

        if (ruling.Convicted)
        {
            connection.Execute(
                """
                UPDATE audits SET state = @Withdrawn, reason = @Convicted
                WHERE job = @row AND provider = @Provider AND state = @Pending
                """,
                values);
            removed.AddRange(Remove(
                connection,
                """
                provider = @Provider
                AND receipt NOT IN (SELECT receipt FROM audits WHERE job = @row AND state = @Verified)
                """,
                values,
                "@Convicted"));
        }

        return removed;
    }

    private static List<RemovedOutput> Remove(SqliteConnection connection, string which, object values, string reason)
    {
        List<RemovedOutput> removed =
        [
            .. connection.Query<(int Item, int Prompt, int Completion, string Finish)>(
                $"SELECT item, prompt_tokens, completion_tokens, finish FROM outputs WHERE job = @row AND {which}",
                values)
                .Select(o => new RemovedOutput(
                    o.Item, o.Prompt, o.Completion, o.Finish == Core.Receipts.FinishReason.Error)),
        ];
        connection.Execute(
            $"INSERT INTO rejected_outputs({Moved}, reason) SELECT {Moved}, {reason} FROM outputs WHERE job = @row AND {which}",
            values);
        connection.Execute($"DELETE FROM outputs WHERE job = @row AND {which}", values);
        return removed;
    }

    private sealed class Row
    {
        public long Job { get; set; }

        public byte[] Receipt { get; set; } = [];

        public byte[] Offer { get; set; } = [];

        public string Provider { get; set; } = "";

        public long Shard { get; set; }

        public bool Discretionary { get; set; }

        public string Places { get; set; } = "";

        public byte[] Request { get; set; } = [];

        public long Opened { get; set; }

        public string State { get; set; } = "";

        public string? Reason { get; set; }

        public double Ratio { get; set; }

        public string Auditors { get; set; } = "";

        public AuditRecord ToRecord() => new()
        {
            Receipt = Receipt,
            Offer = Offer,
            Provider = Provider,
            Shard = Shard,
            Discretionary = Discretionary,
            Places = [.. Words(Places).Select(p => int.Parse(p, CultureInfo.InvariantCulture))],
            Request = Request,
            OpenedAt = DateTimeOffset.FromUnixTimeMilliseconds(Opened),
            State = State,
            Reason = Reason,
            Ratio = Ratio,
            Auditors = Words(Auditors),
        };

        private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}
