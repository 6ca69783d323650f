using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>
/// Statements that are compiled once for the journal's writer and run again and again: those of each shard and each payment.
/// Compiling one takes longer than running it, on processors that have better things to do. Not thread-safe, as a connection is not;
/// the connection disposes of them.
/// </summary>
internal static class PreparedStatements
{
    private static readonly ConditionalWeakTable<SqliteConnection, Dictionary<string, SqliteCommand>> Compiled = [];

    /// <summary>Runs a statement that answers nothing.</summary>
    /// <returns>How many rows it changed.</returns>
    public static int Run(
        this SqliteConnection connection, string statement, params ReadOnlySpan<(string Name, object? Value)> values) =>
        Bind(connection, statement, values).ExecuteNonQuery();

    /// <summary>Runs a statement that answers one whole number.</summary>
    public static long RunForNumber(
        this SqliteConnection connection, string statement, params ReadOnlySpan<(string Name, object? Value)> values) =>
        Convert.ToInt64(Bind(connection, statement, values).ExecuteScalar(), CultureInfo.InvariantCulture);

    /// <summary>Runs a query; its reader must be disposed of before the same query is run again.</summary>
    public static SqliteDataReader RunForRows(
        this SqliteConnection connection, string statement, params ReadOnlySpan<(string Name, object? Value)> values) =>
        Bind(connection, statement, values).ExecuteReader();

    private static SqliteCommand Bind(
        SqliteConnection connection, string statement, ReadOnlySpan<(string Name, object? Value)> values)
    {
        Dictionary<string, SqliteCommand> compiled = Compiled.GetOrCreateValue(connection);
        if (!compiled.TryGetValue(statement, out SqliteCommand? command))
        {
            compiled[statement] = command = Compile(connection, statement, values);
        }

        // The transaction of this moment is known to commands alone.
        using (SqliteCommand now = connection.CreateCommand())
        {
            command.Transaction = now.Transaction;
        }

        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i].Value ?? DBNull.Value;
        }

        return command;
    }

    private static SqliteCommand Compile(
        SqliteConnection connection, string statement, ReadOnlySpan<(string Name, object? Value)> values)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        foreach ((string name, _) in values)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }
}
