namespace Infernet.Daemon.Journal;

/// <summary>Limits of the journal.</summary>
internal sealed record JournalOptions
{
    /// <summary>The database file.</summary>
    public required string Path { get; init; }

    /// <summary>Most changes that wait for the writer; who brings more waits.</summary>
    public int MaxWaitingChanges { get; init; } = 4_096;

    /// <summary>Most changes that share one commit.</summary>
    public int MaxChangesPerCommit { get; init; } = 1_024;

    /// <summary>
    /// How long a change that nobody waits for waits for others to share their commit; by the machine's own clock.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Largest file, in pages of 4 KiB; null for SQLite's own limit. Tests use it as a small disk.</summary>
    public long? MaxPages { get; init; }

    /// <summary>
    /// Is called with each commit's number, before it (false) and after it (true). What it throws ends the commit; tests
    /// let a process die there.
    /// </summary>
    public Action<long, bool>? AtCommit { get; init; }
}
