using Dapper;
using Infernet.Solana.Keys;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>What an auditor is due for a verdict; see <see cref="AuditDueTable"/>.</summary>
/// <param name="Request">The hash of what was judged.</param>
/// <param name="Job">Whose answers they were; 0 where the auditor was tested.</param>
/// <param name="Provider">The auditor.</param>
/// <param name="Channel">By which it is paid.</param>
/// <param name="Amount">How much.</param>
/// <param name="At">When it judged.</param>
internal sealed record AuditCharge(
    byte[] Request, long Job, string Provider, Address Channel, ulong Amount, DateTimeOffset At)
    : Charge(Provider, Channel, Amount, At)
{
    public override string What => "An audit";

    public override bool IsPaid(SqliteConnection connection) => connection.ExecuteScalar<long>(
        "SELECT count(*) FROM audit_dues WHERE request = @Request AND auditor = @Provider AND paid = 1",
        new { Request, Provider }) > 0;

    public override void Insert(SqliteConnection connection)
    {
        AuditDueTable.Add(connection, this);
        int paid = connection.Execute(
            """
            UPDATE audit_dues SET paid = 1, channel = @channel, amount = @amount
            WHERE request = @Request AND auditor = @Provider AND paid = 0
            """,
            new { Request, Provider, channel = Channel.ToArray(), amount = (long)Amount });
        if (paid == 0)
        {
            throw new JournalException($"The audit {Convert.ToHexStringLower(Request)} by {Provider} was paid already");
        }
    }
}
