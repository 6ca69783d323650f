using Dapper;
using Infernet.Core.Api;

namespace Infernet.Daemon.Journal;

/// <summary>Sums over the shards that were computed for pay.</summary>
internal sealed class EarningSums(JournalStore store)
{
    /// <summary>By the day in UTC.</summary>
    public const string ByDay = "strftime('%Y-%m-%d', at_ms / 1000, 'unixepoch')";

    /// <summary>By the model's CID.</summary>
    public const string ByModel = "model";

    /// <summary>By the peer that owes.</summary>
    public const string ByPayer = "peer";

    /// <summary>All of them as one row.</summary>
    public const string Total = "'total'";

    /// <summary>Sums since a time, in order of their keys.</summary>
    /// <param name="by">One of the constants above.</param>
    /// <param name="asset">What the amounts are in.</param>
    /// <param name="since">Shards that were finished earlier don't count.</param>
    public IReadOnlyList<EarningsRow> Since(string by, string asset, DateTimeOffset since) => store.Read(connection =>
        connection.Query<(string, long, long, long, long, long, long)>(
            $"""
            SELECT {by}, count(*), sum(prompt_tokens), sum(completion_tokens), sum(amount), sum(paid),
                sum(CASE WHEN withheld IS NULL THEN 0 ELSE amount - paid END)
            FROM earnings WHERE asset = @asset AND at_ms >= @since GROUP BY 1 ORDER BY 1
            """,
            new { asset, since = since.ToUnixTimeMilliseconds() })
            .Select(r => new EarningsRow
            {
                Key = r.Item1,
                Shards = r.Item2,
                PromptTokens = r.Item3,
                CompletionTokens = r.Item4,
                Earned = (ulong)r.Item5,
                Paid = (ulong)r.Item6,
                Withheld = (ulong)r.Item7,
                Unpaid = (ulong)(r.Item5 - r.Item6 - r.Item7),
            }).ToList());
}
