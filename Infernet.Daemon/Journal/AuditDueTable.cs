using Dapper;
using Infernet.Core.Api;
using Infernet.Solana.Keys;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>
/// What auditors are due for verdicts that counted. A due is written together with the ruling that the verdict went into;
/// it is paid by a transaction of its own, now or after the next start, and each once.
/// </summary>
internal sealed class AuditDueTable(JournalStore store)
{
    /// <summary>Writes a due as part of a transaction; what is there already stays.</summary>
    public static void Add(SqliteConnection connection, AuditCharge due) => connection.Execute(
        """
        INSERT OR IGNORE INTO audit_dues(request, auditor, job, channel, amount, at_ms)
        VALUES(@Request, @Provider, @Job, @channel, @amount, @at)
        """,
        new
        {
            due.Request, due.Provider, due.Job, channel = due.Channel.ToArray(), amount = (long)due.Amount,
            at = due.At.ToUnixTimeMilliseconds(),
        });

    /// <summary>Writes dues for which there is no ruling; durable when it returns.</summary>
    public Task AddAsync(IEnumerable<AuditCharge> dues, CancellationToken cancellationToken) => store.WriteAsync(
        connection =>
        {
            foreach (AuditCharge due in dues)
            {
                Add(connection, due);
            }
        },
        cancellationToken);

    /// <summary>The oldest of those that are not paid.</summary>
    public IReadOnlyList<AuditCharge> Unpaid(int limit) => store.Read(connection =>
        connection.Query<(byte[] Request, long Job, string Auditor, byte[] Channel, long Amount, long At)>(
            """
            SELECT request, job, auditor, channel, amount, at_ms FROM audit_dues WHERE paid = 0
            ORDER BY at_ms LIMIT @limit
            """,
            new { limit })
            .Select(d => new AuditCharge(
                d.Request, d.Job, d.Auditor, new Address(d.Channel), (ulong)d.Amount,
                DateTimeOffset.FromUnixTimeMilliseconds(d.At))).ToList());

    /// <summary>Writes that a due can't be paid any more; one that was paid stays so.</summary>
    public Task GiveUpAsync(AuditCharge due, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            "UPDATE audit_dues SET paid = 2 WHERE request = @Request AND auditor = @Provider AND paid = 0",
            new { due.Request, due.Provider }),
        cancellationToken);

    /// <summary>What each auditor of a job is due, paid or not yet; and what it never gets.</summary>
    public IReadOnlyList<JobAuditor> Shares(long job) => store.Read(connection =>
        connection.Query<(string Auditor, long Audits, long Amount, long Lost)>(
            """
            SELECT auditor, sum(paid < 2), sum(iif(paid < 2, amount, 0)), sum(iif(paid < 2, 0, amount)) FROM audit_dues
            WHERE job = @job GROUP BY auditor ORDER BY 3 DESC, auditor
            """,
            new { job }).Select(a => new JobAuditor(a.Auditor, (int)a.Audits, (ulong)a.Amount, (ulong)a.Lost)).ToList());

    /// <summary>What a job's audits came to since a time, paid or not yet.</summary>
    /// <param name="job">The job's row; 0 for the node's own tests of auditors.</param>
    /// <param name="since">Earlier ones don't count.</param>
    public ulong Sum(long job, DateTimeOffset since) => store.Read(connection => (ulong)connection.ExecuteScalar<long>(
        "SELECT coalesce(sum(amount), 0) FROM audit_dues WHERE job = @job AND at_ms >= @since AND paid < 2",
        new { job, since = since.ToUnixTimeMilliseconds() }));
}
