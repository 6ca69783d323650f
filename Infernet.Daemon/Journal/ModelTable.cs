using Dapper;

namespace Infernet.Daemon.Journal;

/// <summary>The models of this node: alias, CID, and whether to serve.</summary>
internal sealed class ModelTable(JournalStore store)
{
    /// <summary>Adds a model or changes what is known of it.</summary>
    /// <exception cref="JournalException">The disk is full.</exception>
    public Task PutAsync(ModelRecord model, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute(
            """
            INSERT INTO models(cid, alias, size, serve, complete) VALUES(@Cid, @Alias, @SizeBytes, @Serve, @Complete)
            ON CONFLICT(cid) DO UPDATE SET alias = @Alias, size = @SizeBytes, serve = @Serve, complete = @Complete
            """,
            model),
        cancellationToken);

    /// <summary>Forgets a model.</summary>
    public Task RemoveAsync(string cid, CancellationToken cancellationToken) => store.WriteAsync(
        connection => connection.Execute("DELETE FROM models WHERE cid = @cid", new { cid }), cancellationToken);

    /// <summary>All models by alias.</summary>
    public IReadOnlyList<ModelRecord> List() => store.Read(connection =>
        connection.Query<(string Cid, string Alias, long Size, long Serve, long Complete)>(
            "SELECT cid, alias, size, serve, complete FROM models ORDER BY alias")
        .Select(m => new ModelRecord(m.Cid, m.Alias, m.Size, m.Serve != 0, m.Complete != 0)).ToList());
}
