using Dapper;
using Infernet.Core.Api;

namespace Infernet.Daemon.Journal;

/// <summary>Sums over the shards that were computed for pay, and the audits.</summary>
internal sealed class EarningSums(JournalStore store)
{
    /// <summary>By the day in UTC.</summary>
    public const string ByDay = "strftime('%Y-%m-%d', at_ms / 1000, 'unixepoch')";

    /// <summary>By the model's CID.</summary>
    public const string ByModel = "model";

    /// <summary>By the peer that owes.</summary>
    public const string ByPayer = "peer";

    /// <summary>Shards apart from audits.</summary>
    public const string ByKind = "kind";

    /// <summary>All of them as one row.</summary>
    public const string Total = "'total'";

    /// <summary>Sums since a time, in order of their keys.</summary>
    /// <param name="by">One of the constants above.</param>
    /// <param name="asset">What the amounts are in.</param>
    /// <param name="since">Work that was finished earlier does not count.</param>
    public IReadOnlyList<EarningsRow> Since(string by, string asset, DateTimeOffset since) => store.Read(connection =>
        connection.Query<Row>(
            $"""
            SELECT {by} AS Key, count(*) AS Count, sum(kind = '{EarningRecord.Audit}') AS Audits,
                sum(prompt_tokens) AS Prompt, sum(completion_tokens) AS Completion, sum(amount) AS Amount, sum(paid) AS Paid,
                sum(CASE WHEN withheld IS NULL THEN 0 ELSE amount - paid END) AS Withheld
            FROM earnings WHERE asset = @asset AND at_ms >= @since GROUP BY 1 ORDER BY 1
            """,
            new { asset, since = since.ToUnixTimeMilliseconds() })
            .Select(r => new EarningsRow
            {
                Key = r.Key,
                Shards = r.Count - r.Audits,
                Audits = r.Audits,
                PromptTokens = r.Prompt,
                CompletionTokens = r.Completion,
                Earned = (ulong)r.Amount,
                Paid = (ulong)r.Paid,
                Withheld = (ulong)r.Withheld,
                Unpaid = (ulong)(r.Amount - r.Paid - r.Withheld),
            }).ToList());

    private sealed class Row
    {
        public string Key { get; set; } = "";

        public long Count { get; set; }

        public long Audits { get; set; }

        public long Prompt { get; set; }

        public long Completion { get; set; }

        public long Amount { get; set; }

        public long Paid { get; set; }

        public long Withheld { get; set; }
    }
}
