using System.Runtime.InteropServices;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>
/// Redundant work: every provider's answer to every input, and how the votes ended. An answer becomes an output, which
/// the result shows, in the transaction that ends its vote.
/// </summary>
internal sealed class VoteTable(JournalStore store)
{
    /// <summary>How an answer stands whose vote has not ended.</summary>
    public const string Open = "cast";

    /// <summary>How an answer stands that won its vote, or is the same as that which did.</summary>
    public const string Agreed = "agreed";

    private const string Cast = Open;
    private const string Struck = "struck";

    /// <summary>Writes the answers that a shard brought, as part of its transaction.</summary>
    public static void Insert(SqliteConnection connection, long row, IReadOnlyList<OutputRecord> answers)
    {
        foreach (OutputRecord answer in answers)
        {
            connection.Execute(
                """
                INSERT OR IGNORE INTO votes(
                    job, item, output, embedding, finish, error, prompt_tokens, completion_tokens, provider, receipt,
                    standing)
                VALUES(@row, @Index, @Output, @embedding, @FinishReason, @Error, @PromptTokens, @CompletionTokens,
                    @Provider, @Receipt, @Cast)
                """,
                new
                {
                    row, answer.Index, answer.Output, embedding = Bytes(answer.Embedding), answer.FinishReason,
                    answer.Error, answer.PromptTokens, answer.CompletionTokens, answer.Provider, answer.Receipt, Cast,
                });
        }
    }

    /// <summary>Answers to inputs whose vote has not ended, in the order in which they came.</summary>
    public IReadOnlyList<OutputRecord> Undecided(long row) => store.Read(connection =>
        connection.Query<Row>(
            """
            SELECT item, output, embedding, finish, error, prompt_tokens AS PromptTokens,
                completion_tokens AS CompletionTokens, provider, receipt
            FROM votes WHERE job = @row AND standing = @Cast ORDER BY rowid
            """,
            new { row, Cast }).Select(r => r.ToRecord()).ToList());

    /// <summary>How the answers under a receipt stand, by item.</summary>
    public IReadOnlyDictionary<int, string> Standings(long row, byte[] receipt) => store.Read(connection =>
        connection.Query<(int Item, string Standing)>(
            "SELECT item, standing FROM votes WHERE job = @row AND receipt = @receipt", new { row, receipt })
            .ToDictionary(v => v.Item, v => v.Standing));

    /// <summary>Tokens of all answers that count or counted, whether they won or not.</summary>
    public long Tokens(long row) => store.Read(connection => connection.ExecuteScalar<long>(
        "SELECT coalesce(sum(completion_tokens), 0) FROM votes WHERE job = @row AND standing != @Struck",
        new { row, Struck }));

    /// <summary>Each provider's answers: how many, how many tokens, and how many agreed with what won or did not.</summary>
    public IReadOnlyList<VoteShare> Shares(long row) => store.Read(connection =>
        connection.Query<(string, long, long, long, long)>(
            """
            SELECT provider, count(*), sum(completion_tokens), sum(standing = 'agreed'), sum(standing = 'outvoted')
            FROM votes WHERE job = @row AND standing != @Struck GROUP BY provider
            """,
            new { row, Struck })
            .Select(s => new VoteShare(s.Item1, (int)s.Item2, s.Item3, (int)s.Item4, (int)s.Item5)).ToList());

    /// <summary>The votes on some inputs that have ended, by input.</summary>
    public IReadOnlyDictionary<int, BallotMark> Marks(long row, IReadOnlyList<int> items) => store.Read(connection =>
        connection.Query<(int Item, bool Disputed, string Agreed, string Outvoted)>(
            "SELECT item, disputed, agreed, outvoted FROM ballots WHERE job = @row AND item IN @items",
            new { row, items })
            .Select(b => new BallotMark(b.Item, b.Disputed, Words(b.Agreed), Words(b.Outvoted)))
            .ToDictionary(b => b.Item));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Ends votes; durable when it returns.</summary>
    public Task DecideAsync(long row, IReadOnlyList<BallotRecord> ballots, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                OutputTable.InsertOutputs(connection, row, [.. ballots.Select(b => b.Answer)]);
                foreach (BallotRecord ballot in ballots)
                {
                    Decide(connection, row, ballot);
                }
            },
            cancellationToken);

    /// <summary>Takes a provider's answers out of the votes that have not ended.</summary>
    public Task StrikeAsync(long row, string provider, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            "UPDATE votes SET standing = @Struck WHERE job = @row AND provider = @provider AND standing = @Cast",
            new { row, provider, Struck, Cast }),
        cancellationToken);

    private static void Decide(SqliteConnection connection, long row, BallotRecord ballot)
    {
        connection.Execute(
            """
            INSERT OR IGNORE INTO ballots(job, item, disputed, agreed, outvoted)
            VALUES(@row, @Item, @Disputed, @agreed, @outvoted)
            """,
            new
            {
                row, ballot.Item, ballot.Disputed, agreed = string.Join(' ', ballot.Agreed),
                outvoted = string.Join(' ', ballot.Outvoted),
            });
        foreach ((string standing, IReadOnlyList<string> providers) in
            ((string, IReadOnlyList<string>)[])[("agreed", ballot.Agreed), ("outvoted", ballot.Outvoted)])
        {
            connection.Execute(
                """
                UPDATE votes SET standing = @standing
                WHERE job = @row AND item = @Item AND provider IN @providers
                """,
                new { row, ballot.Item, standing = ballot.Disputed ? "disputed" : standing, providers });
        }
    }

    private static byte[]? Bytes(float[]? numbers) =>
        numbers is null ? null : MemoryMarshal.AsBytes<float>(numbers).ToArray();

    private sealed class Row
    {
        public int Item { get; set; }

        public string? Output { get; set; }

        public byte[]? Embedding { get; set; }

        public string Finish { get; set; } = "";

        public string? Error { get; set; }

        public int PromptTokens { get; set; }

        public int CompletionTokens { get; set; }

        public string Provider { get; set; } = "";

        public byte[] Receipt { get; set; } = [];

        public OutputRecord ToRecord() => new()
        {
            Index = Item,
            Output = Output,
            Embedding = Embedding is null ? null : MemoryMarshal.Cast<byte, float>(Embedding).ToArray(),
            FinishReason = Finish,
            Error = Error,
            PromptTokens = PromptTokens,
            CompletionTokens = CompletionTokens,
            Provider = Provider,
            Receipt = Receipt,
        };
    }
}
