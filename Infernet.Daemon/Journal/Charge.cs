using Infernet.Solana.Keys;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>What a voucher is raised for, once: a shard, or an audit.</summary>
/// <param name="Provider">Who is paid.</param>
/// <param name="Channel">By which channel.</param>
/// <param name="Amount">How much, in the smallest unit.</param>
/// <param name="At">When.</param>
internal abstract record Charge(string Provider, Address Channel, ulong Amount, DateTimeOffset At)
{
    /// <summary>The shard and attempt that a provider is told with the voucher; 0 if it is for none.</summary>
    public virtual (ulong Shard, uint Attempt) Names => (0, 0);

    /// <summary>What it is for, as the beginning of a sentence.</summary>
    public abstract string What { get; }

    /// <summary>Whether it was paid before.</summary>
    public abstract bool IsPaid(SqliteConnection connection);

    /// <summary>Writes that it is paid; fails where it was before.</summary>
    /// <exception cref="SqliteException">It was paid already; or <see cref="JournalException"/>.</exception>
    public abstract void Insert(SqliteConnection connection);
}
