using Dapper;
using Infernet.Core.Audits;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Functional.Tests.Swarm;
using Microsoft.Data.Sqlite;

namespace Infernet.Functional.Tests.Payments;

/// <summary>What two nodes wrote down about the same work, each in its own journal: read beside them, never written.</summary>
internal static class Books
{
    /// <summary>The shards that a provider computed for a payer, and what it audited.</summary>
    public static IReadOnlyList<Earned> EarnedFrom(SwarmNode provider, string payer) =>
    [
        .. Read<(byte[] Job, long Shard, long Attempt, long Amount, long Paid, long IsAudit)>(
            provider,
            "SELECT job, shard, attempt, amount, paid, kind = 'audit' FROM earnings WHERE peer = @peer", payer)
            .Select(r => new Earned(
                new Attempt(Convert.ToHexString(r.Job), r.Shard, r.Attempt), r.Amount, r.Paid, r.IsAudit != 0)),
    ];

    /// <summary>The audits for which a payer has a provider's verdict, and pays.</summary>
    public static IReadOnlySet<Attempt> Due(SwarmNode payer, string provider) => Read<byte[]>(
        payer, "SELECT request FROM audit_dues WHERE auditor = @peer", provider)
        .Select(r => new Attempt(Convert.ToHexString(r)[..(2 * AuditBill.IdLength)], 0, 0)).ToHashSet();

    /// <summary>Whether a payer has paid for all of these.</summary>
    public static bool HasPaidAudits(SwarmNode payer, string provider) => Read<long>(
        payer, "SELECT count(*) FROM audit_dues WHERE auditor = @peer AND paid = 0", provider).Single() == 0;

    /// <summary>What a payer has paid a provider in all.</summary>
    public static long PaidBy(SwarmNode provider, string payer) => Read<long>(
        provider, "SELECT paid FROM earning_payers WHERE peer = @peer", payer).SingleOrDefault();

    /// <summary>The shards of which a payer holds a provider's receipt.</summary>
    public static IReadOnlySet<Attempt> Received(SwarmNode payer, string provider) => Read<byte[]>(
        payer, "SELECT envelope FROM receipts WHERE provider = @peer", provider)
        .Select(e => ReceiptEnvelope.TryOpen(e, out Receipt receipt, out _)
            ? new Attempt(Convert.ToHexString(receipt.JobId.Span), (long)receipt.ShardId, receipt.Attempt)
            : throw new AssertionException("It is no receipt.")).ToHashSet();

    private static List<T> Read<T>(SwarmNode node, string query, string peer)
    {
        var source = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(node.Home, "infernet.db"), Mode = SqliteOpenMode.ReadOnly, Pooling = false,
        };
        using var connection = new SqliteConnection(source.ConnectionString);
        return connection.Query<T>(query, new { peer }).AsList();
    }

    /// <summary>One time that a shard was given to a provider.</summary>
    internal readonly record struct Attempt(string Job, long Shard, long Number);

    /// <summary>What it cost, and what of that vouchers cover.</summary>
    internal sealed record Earned(Attempt Attempt, long Amount, long Paid, bool IsAudit)
    {
        public long Unpaid => Amount - Paid;
    }
}
