using Dapper;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Tests.Journal;

public class TransactionTableTests
{
    [Test]
    public async Task In_AState_DoesNotReadAllThatThereEverWere()
    {
        string folder = Directory.CreateTempSubdirectory("infernet-transactions-").FullName;
        try
        {
            await using JournalStore store = JournalStore.Open(new JournalOptions { Path = Path.Combine(folder, "infernet.db") });
            string plan = store.Read(connection => string.Join('\n', connection.Query(
                "EXPLAIN QUERY PLAN SELECT id FROM transactions WHERE state = @state ORDER BY id", new { state = "Signed" })
                .Select(row => (string)row.detail)));
            Assert.That(plan, Does.Contain("SEARCH").And.Contain("transactions_by_state"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
