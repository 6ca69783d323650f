using Dapper;
using Infernet.Core.Api;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>What happened to a job, for those who watch it.</summary>
internal sealed class EventTable(JournalStore store)
{
    /// <summary>Writes events whose sequence numbers their job's owner counted.</summary>
    public Task AddAsync(long row, IReadOnlyList<JobEvent> happened, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                foreach (JobEvent one in happened)
                {
                    Insert(connection, row, one);
                }
            },
            cancellationToken);

    /// <summary>The last sequence number of a job; 0 before the first event.</summary>
    public long LastSequence(long row) => store.Read(connection => connection.ExecuteScalar<long>(
        "SELECT coalesce(max(sequence), 0) FROM events WHERE job = @row", new { row }));

    /// <summary>Events after a sequence number, at most <paramref name="limit"/>.</summary>
    public IReadOnlyList<JobEvent> After(long row, long sequence, int total, int limit) => store.Read(connection =>
        connection.Query<(long Sequence, long At, string Type, string Message, string? Peer, long? Shard, long Done)>(
            """
            SELECT sequence, at_ms, type, message, peer, shard, done FROM events
            WHERE job = @row AND sequence > @sequence ORDER BY sequence LIMIT @limit
            """,
            new { row, sequence, limit })
        .Select(e => new JobEvent
        {
            Sequence = e.Sequence,
            At = DateTimeOffset.FromUnixTimeMilliseconds(e.At),
            Type = e.Type,
            Message = e.Message,
            PeerId = e.Peer,
            Shard = e.Shard,
            DoneItems = (int)e.Done,
            TotalItems = total,
        }).ToList());

    private static void Insert(SqliteConnection connection, long row, JobEvent happened) => connection.Run(
        """
        INSERT INTO events(job, sequence, at_ms, type, message, peer, shard, done)
        VALUES(@job, @sequence, @at, @type, @message, @peer, @shard, @done)
        """,
        ("@job", row), ("@sequence", happened.Sequence), ("@at", happened.At.ToUnixTimeMilliseconds()),
        ("@type", happened.Type), ("@message", happened.Message), ("@peer", happened.PeerId),
        ("@shard", happened.Shard), ("@done", happened.DoneItems));
}
