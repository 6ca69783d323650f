using Dapper;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>
/// Signed facts about what nodes did, and beside them what they come to: the table <c>standing</c> can be lost or be of
/// an older program, and is then made again from the facts.
/// </summary>
internal sealed class EvidenceTable(JournalStore store)
{
    private const int MaxFindingsPerAuditor = 256;

    /// <summary>Writes a fact with what it comes to; durable when it returns. One that is there stays.</summary>
    public Task AddAsync(
        EvidenceRecord record, ReadOnlyMemory<byte> fact, string arithmetic, CancellationToken cancellationToken) =>
        store.WriteAsync(connection => Insert(connection, record, fact, arithmetic), cancellationToken);

    /// <summary>The same, along with what else is written.</summary>
    public Task AddSoonAsync(
        EvidenceRecord record, ReadOnlyMemory<byte> fact, string arithmetic, CancellationToken cancellationToken) =>
        store.WriteSoonAsync(connection => Insert(connection, record, fact, arithmetic), cancellationToken);

    /// <summary>Writes again what facts come to.</summary>
    public Task RestoreStandingAsync(
        IReadOnlyList<Observation> observations, string arithmetic, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                foreach (Observation observation in observations)
                {
                    InsertStanding(connection, observation, arithmetic);
                }
            },
            cancellationToken);

    /// <summary>Forgets facts.</summary>
    public Task RemoveAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) => store.WriteAsync(
        connection =>
        {
            foreach (string id in ids)
            {
                connection.Execute(
                    "DELETE FROM standing WHERE id = @id; DELETE FROM evidence WHERE id = @id", new { id });
            }
        },
        cancellationToken);

    /// <summary>Forgets what facts come to, as a damaged or an older file has.</summary>
    public Task ClearStandingAsync(CancellationToken cancellationToken) =>
        store.WriteAsync(connection => connection.Execute("DELETE FROM standing"), cancellationToken);

    /// <summary>A fact's canonical bytes; null if it is not kept.</summary>
    public byte[]? Find(string id) => store.Read(connection =>
        connection.QuerySingleOrDefault<byte[]?>("SELECT fact FROM evidence WHERE id = @id", new { id }));

    /// <summary>What auditors of a receipt were shown, an AuditRequest message; null if it is not kept.</summary>
    public byte[]? AuditRequest(byte[] receiptHash) => store.Read(connection =>
        connection.QuerySingleOrDefault<byte[]?>(
            "SELECT request FROM audits WHERE receipt = @receiptHash LIMIT 1", new { receiptHash }));

    /// <summary>What is known to come to something by the same arithmetic.</summary>
    public IReadOnlyList<EvidenceRecord> Standing(string arithmetic) => store.Read(connection =>
        connection.Query<Row>(
            """
            SELECT s.id AS Id, s.provider AS Provider, s.aggregator AS Aggregator, s.auditor AS Auditor,
                s.work AS Work, s.tokens AS Tokens, s.outcome AS Outcome, s.ratio AS Ratio, s.items AS Items, s.at_us AS AtUs,
                e.own AS Own
            FROM standing s JOIN evidence e ON e.id = s.id WHERE s.arithmetic = @arithmetic
            """,
            new { arithmetic }).Select(ToRecord).ToList());

    /// <summary>The facts of which it is not known what they come to.</summary>
    public IReadOnlyList<(string Id, bool Own, byte[] Fact)> WithoutStanding(string arithmetic) =>
        store.Read(connection => connection.Query<(string, long, byte[])>(
            """
            SELECT id, own, fact FROM evidence
            WHERE id NOT IN (SELECT id FROM standing WHERE arithmetic = @arithmetic) ORDER BY id
            """,
            new { arithmetic }).Select(r => (r.Item1, r.Item2 != 0, r.Item3)).ToList());

    /// <summary>Notes how an auditor did; the oldest notes make room.</summary>
    public Task AddFindingAsync(
        PeerId auditor, AuditorFinding finding, DateTimeOffset at, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                connection.Execute(
                    "INSERT INTO auditors(auditor, finding, at_ms) VALUES(@auditor, @finding, @at)",
                    new { auditor = auditor.ToString(), finding, at = at.ToUnixTimeMilliseconds() });
                connection.Execute(
                    """
                    DELETE FROM auditors WHERE auditor = @auditor AND rowid NOT IN (
                        SELECT rowid FROM auditors WHERE auditor = @auditor ORDER BY rowid DESC LIMIT @most)
                    """,
                    new { auditor = auditor.ToString(), most = MaxFindingsPerAuditor });
            },
            cancellationToken);

    /// <summary>How auditors did.</summary>
    public IReadOnlyList<(PeerId Auditor, AuditorFinding Finding, DateTimeOffset At)> Findings() =>
        store.Read(connection => connection.Query<(string, long, long)>(
            "SELECT auditor, finding, at_ms FROM auditors ORDER BY rowid")
            .Select(r => (
                PeerId.Parse(r.Item1), (AuditorFinding)r.Item2, DateTimeOffset.FromUnixTimeMilliseconds(r.Item3)))
            .ToList());

    private static void Insert(
        SqliteConnection connection, EvidenceRecord record, ReadOnlyMemory<byte> fact, string arithmetic)
    {
        connection.Run(
            "INSERT OR IGNORE INTO evidence(id, own, fact) VALUES(@id, @own, @fact)",
            ("@id", record.Observation.Id), ("@own", record.Own), ("@fact", fact.ToArray()));
        InsertStanding(connection, record.Observation, arithmetic);
    }

    private static void InsertStanding(SqliteConnection connection, Observation seen, string arithmetic) =>
        connection.Run(
            """
            INSERT OR REPLACE INTO standing(
                id, provider, aggregator, auditor, work, tokens, outcome, ratio, items, at_us, arithmetic)
            VALUES(@id, @provider, @aggregator, @auditor, @work, @tokens, @outcome, @ratio, @items, @at, @arithmetic)
            """,
            ("@id", seen.Id), ("@provider", seen.Provider.ToString()), ("@aggregator", seen.Aggregator.ToString()),
            ("@auditor", seen.Auditor?.ToString()), ("@work", seen.Work), ("@tokens", seen.Tokens),
            ("@outcome", (int?)seen.Finding?.Outcome), ("@ratio", seen.Finding?.LogLikelihoodRatio),
            ("@items", seen.Finding is { } finding ? JudgedItemBytes.Write(finding.Items) : null),
            ("@at", (seen.At - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond),
            ("@arithmetic", arithmetic));

    private static EvidenceRecord ToRecord(Row row) => new(
        new Observation
        {
            Id = row.Id,
            Kind = row.Auditor is null ? ObservationKind.Receipt : ObservationKind.Audit,
            Provider = PeerId.Parse(row.Provider),
            Aggregator = PeerId.Parse(row.Aggregator),
            Auditor = row.Auditor is null ? null : PeerId.Parse(row.Auditor),
            Work = row.Work,
            Tokens = row.Tokens,
            Finding = row.Outcome is { } outcome
                ? new ShardFinding((ShardOutcome)outcome, row.Ratio ?? 0) { Items = JudgedItemBytes.Read(row.Items) }
                : null,
            At = DateTimeOffset.UnixEpoch.AddTicks(row.AtUs * TimeSpan.TicksPerMicrosecond),
        },
        row.Own != 0);

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Provider { get; set; } = "";

        public string Aggregator { get; set; } = "";

        public string? Auditor { get; set; }

        public string Work { get; set; } = "";

        public long Tokens { get; set; }

        public long? Outcome { get; set; }

        public double? Ratio { get; set; }

        public byte[]? Items { get; set; }

        public long AtUs { get; set; }

        public long Own { get; set; }
    }
}
