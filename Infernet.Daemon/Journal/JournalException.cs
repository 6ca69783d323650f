namespace Infernet.Daemon.Journal;

/// <summary>The journal can't be opened, read or written; the message says what to do about it.</summary>
internal sealed class JournalException(string message, bool diskFull = false, Exception? inner = null)
    : IOException(message, inner)
{
    /// <summary>Whether it failed for want of space, so that it goes on as soon as there is some.</summary>
    public bool DiskFull { get; } = diskFull;
}
