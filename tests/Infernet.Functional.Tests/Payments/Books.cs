using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Functional.Tests.Swarm;
using Microsoft.Data.Sqlite;

namespace Infernet.Functional.Tests.Payments;

/// <summary>What two nodes wrote down about the same work, each in its own journal: read beside them, never written.</summary>
internal static class Books
{
    /// <summary>The shards that a provider computed for a payer.</summary>
    public static IReadOnlyList<Earned> EarnedFrom(SwarmNode provider, string payer) => Read(
        provider, "SELECT job, shard, attempt, amount, paid FROM earnings WHERE peer = @peer", payer,
        row => new Earned(
            new Attempt(Convert.ToHexString((byte[])row[0]), row.GetInt64(1), row.GetInt64(2)), row.GetInt64(3),
            row.GetInt64(4)));

    /// <summary>What a payer has paid a provider in all, and what of that is ahead of its work.</summary>
    public static (long Paid, long Advance) PaidBy(SwarmNode provider, string payer) => Read(
        provider, "SELECT paid, advance FROM earning_payers WHERE peer = @peer", payer,
        row => (row.GetInt64(0), row.GetInt64(1))).SingleOrDefault();

    /// <summary>The shards of which a payer holds a provider's receipt.</summary>
    public static IReadOnlySet<Attempt> Received(SwarmNode payer, string provider) => Read(
        payer, "SELECT envelope FROM receipts WHERE provider = @peer", provider,
        row => ReceiptEnvelope.TryOpen((byte[])row[0], out Receipt receipt, out _)
            ? new Attempt(Convert.ToHexString(receipt.JobId.Span), (long)receipt.ShardId, receipt.Attempt)
            : throw new AssertionException("It is no receipt.")).ToHashSet();

    private static List<T> Read<T>(SwarmNode node, string query, string peer, Func<SqliteDataReader, T> read)
    {
        var source = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(node.Home, "infernet.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false,
        };
        using var connection = new SqliteConnection(source.ConnectionString);
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The queries are the constants above.
        command.CommandText = query;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("@peer", peer);
        using SqliteDataReader rows = command.ExecuteReader();
        var all = new List<T>();
        while (rows.Read())
        {
            all.Add(read(rows));
        }

        return all;
    }

    /// <summary>One time that a shard was given to a provider.</summary>
    internal readonly record struct Attempt(string Job, long Shard, long Number);

    /// <summary>What it cost, and what of that vouchers cover.</summary>
    internal sealed record Earned(Attempt Attempt, long Amount, long Paid)
    {
        public long Unpaid => Amount - Paid;
    }
}
