using Dapper;
using Infernet.Core.Identity;
using Infernet.Daemon.Challenges.Results;

namespace Infernet.Daemon.Journal;

/// <summary>Challenges: those that this node made, and what others measured of it.</summary>
internal sealed class ChallengeTable(JournalStore store)
{
    /// <summary>Keeps a result about this node; the oldest beyond the limit go.</summary>
    public Task AddReceivedAsync(Measurement measurement, int limit, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                connection.Execute(
                    """
                    INSERT INTO challenges(peer, made, kernel, size, rate, verdict, reason, at_ms, envelope)
                    VALUES(@peer, 0, @Kernel, @Size, @Rate, 'measured', '', @at, @envelope)
                    """,
                    new
                    {
                        peer = measurement.Challenger.ToString(), measurement.Kernel, measurement.Size,
                        measurement.Rate, at = measurement.MeasuredAt.ToUnixTimeMilliseconds(),
                        envelope = measurement.Envelope.ToArray(),
                    });
                Trim(connection, made: 0, limit);
            },
            cancellationToken);

    /// <summary>Keeps how a challenge of this node ended; the oldest beyond the limit go.</summary>
    public Task AddMadeAsync(ChallengeRecord record, int limit, CancellationToken cancellationToken) =>
        store.WriteAsync(
            connection =>
            {
                connection.Execute(
                    """
                    INSERT INTO challenges(peer, made, kernel, size, rate, verdict, reason, at_ms, envelope)
                    VALUES(@peer, 1, @Kernel, @Size, @Rate, @Verdict, @Reason, @at, NULL)
                    """,
                    new
                    {
                        peer = record.Peer.ToString(), record.Kernel, record.Size, record.Rate, record.Verdict,
                        record.Reason, at = record.At.ToUnixTimeMilliseconds(),
                    });
                Trim(connection, made: 1, limit);
            },
            cancellationToken);

    /// <summary>The envelopes of results about this node, the newest first.</summary>
    public IReadOnlyList<byte[]> Received(int limit) => store.Read(connection => connection.Query<byte[]>(
        "SELECT envelope FROM challenges WHERE made = 0 ORDER BY id DESC LIMIT @limit", new { limit }).AsList());

    /// <summary>What this node's challenges came to, the newest first.</summary>
    public IReadOnlyList<ChallengeRecord> Made(int limit) => store.Read(connection =>
        connection.Query<(string Peer, string Kernel, long Size, double Rate, string Verdict, string Reason, long At)>(
            """
            SELECT peer, kernel, size, rate, verdict, reason, at_ms FROM challenges
            WHERE made = 1 ORDER BY id DESC LIMIT @limit
            """,
            new { limit })
        .Select(row => new ChallengeRecord(
            PeerId.Parse(row.Peer), row.Kernel, row.Size, row.Rate, row.Verdict, row.Reason,
            DateTimeOffset.FromUnixTimeMilliseconds(row.At)))
        .ToList());

    private static void Trim(Microsoft.Data.Sqlite.SqliteConnection connection, int made, int limit) =>
        connection.Execute(
            """
            DELETE FROM challenges WHERE made = @made
                AND id NOT IN (SELECT id FROM challenges WHERE made = @made ORDER BY id DESC LIMIT @limit)
            """,
            new { made, limit });
}
