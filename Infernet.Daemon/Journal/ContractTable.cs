using Dapper;

namespace Infernet.Daemon.Journal;

/// <summary>The leases and escrows that this node opened, as they were last seen: the chain forgets closed ones.</summary>
internal sealed class ContractTable(JournalStore store)
{
    /// <summary>Writes down how it is now.</summary>
    public Task SetAsync(
        string kind, string address, string view, DateTimeOffset at, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection => connection.Execute(
                """
                INSERT INTO contracts(address, kind, view, at_ms) VALUES(@address, @kind, @view, @at)
                ON CONFLICT(address) DO UPDATE SET view = @view
                """,
                new { address, kind, view, at = at.ToUnixTimeMilliseconds() }),
            cancellationToken);

    /// <summary>Views of one kind, the newest first.</summary>
    public IReadOnlyList<string> All(string kind, int limit) => store.Read(connection => connection.Query<string>(
        "SELECT view FROM contracts WHERE kind = @kind ORDER BY at_ms DESC LIMIT @limit", new { kind, limit }).AsList());
}
