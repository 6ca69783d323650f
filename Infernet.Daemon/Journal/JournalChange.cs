using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>A change that waits for a commit of <see cref="JournalStore"/>.</summary>
internal sealed class JournalChange(Action<SqliteConnection> apply)
{
    /// <summary>Wakes the writer, and changes nothing.</summary>
    public static readonly JournalChange None = new(_ => { });

    public Action<SqliteConnection> Apply { get; } = apply;

    /// <summary>Completes when it is durable.</summary>
    public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
