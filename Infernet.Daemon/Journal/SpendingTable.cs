using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>What was spent and promised on each day, and the last voucher of each channel of this node.</summary>
internal sealed class SpendingTable(JournalStore store)
{
    /// <summary>Makes a change that counts; durable when it returns.</summary>
    public Task WriteAsync(Action<SqliteConnection> change, CancellationToken cancellationToken) =>
        store.WriteAsync(change, cancellationToken);

    /// <summary>The sums of a day, or of the last one that was begun if that is later.</summary>
    public (long Day, ulong Locked, ulong Promised) Read(long day, Address mint) => store.Read(connection =>
    {
        long counts = Latest(connection, day);
        return (counts, Sum(connection, counts, SpendingKind.Locked, mint),
            Sum(connection, counts, SpendingKind.Promised, mint));
    });

    /// <summary>One sum of a day, or of the last one that was begun if that is later; and which day it is.</summary>
    public static (long Day, ulong Amount) Read(SqliteConnection connection, long day, SpendingKind kind, Address mint)
    {
        long counts = Latest(connection, day);
        return (counts, Sum(connection, counts, kind, mint));
    }

    public static void Set(SqliteConnection connection, long day, SpendingKind kind, Address mint, ulong amount) =>
        connection.Run(
            """
            INSERT INTO spending(day, kind, mint, amount) VALUES(@day, @kind, @mint, @sum)
            ON CONFLICT(day, kind, mint) DO UPDATE SET amount = @sum
            """,
            ("@day", day), ("@kind", Name(kind)), ("@mint", mint.ToArray()), ("@sum", (long)amount));

    /// <summary>What the channel's vouchers came to so far; 0 if there is none.</summary>
    public static ulong Promised(SqliteConnection connection, Address channel) => (ulong)connection.RunForNumber(
        "SELECT coalesce(max(cumulative), 0) FROM promises WHERE channel = @channel",
        ("@channel", channel.ToArray()));

    public static void SetPromised(SqliteConnection connection, Address channel, Address mint, ulong cumulative) =>
        connection.Run(
            """
            INSERT INTO promises(channel, mint, cumulative) VALUES(@channel, @mint, @cumulative)
            ON CONFLICT(channel) DO UPDATE SET cumulative = @cumulative
            """,
            ("@channel", channel.ToArray()), ("@mint", mint.ToArray()), ("@cumulative", (long)cumulative));

    private static long Latest(SqliteConnection connection, long day) => Math.Max(
        day, connection.RunForNumber("SELECT coalesce(max(day), 0) FROM spending"));

    private static ulong Sum(SqliteConnection connection, long day, SpendingKind kind, Address mint) =>
        (ulong)connection.RunForNumber(
            "SELECT coalesce(sum(amount), 0) FROM spending WHERE day = @day AND kind = @kind AND mint = @mint",
            ("@day", day), ("@kind", Name(kind)), ("@mint", mint.ToArray()));

    private static string Name(SpendingKind kind) => kind == SpendingKind.Locked ? "locked" : "promised";
}
