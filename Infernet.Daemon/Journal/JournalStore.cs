using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Infernet.Daemon.Journal;

/// <summary>
/// The node's SQLite file: one writer, who commits many changes at a time, and any number of readers beside it.
/// A change's task completes when it is on the disk (WAL, synchronous=FULL), so whoever awaits it may acknowledge it.
/// What nobody waits for goes along with such a commit, and seldom needs one of its own: each costs a write to the disk, and
/// turns of the processors that compute.
/// A full disk fails the changes of that commit and shows in <see cref="Problem"/>; later ones are tried again.
/// </summary>
internal sealed class JournalStore : IAsyncDisposable
{
    private const int SqliteBusy = 5;
    private const int SqliteReadOnly = 8;
    private const int SqliteIoError = 10;
    private const int SqliteCorrupt = 11;
    private const int SqliteFull = 13;
    private const int SqliteCantOpen = 14;
    private const int SqliteNotADatabase = 26;

    private readonly SqliteConnection _writer;
    private readonly string _readerConnection;
    private readonly Channel<JournalChange> _changes;
    private readonly PatientChanges _patient;
    private readonly int _maxChangesPerCommit;
    private readonly Action<long, bool>? _atCommit;
    private readonly Task _writing;
    private readonly Lock _oftenLock = new();
    private SqliteConnection? _often;
    private volatile string? _problem;
    private long _commits;

    private JournalStore(SqliteConnection writer, string readerConnection, JournalOptions options)
    {
        _writer = writer;
        _readerConnection = readerConnection;
        _maxChangesPerCommit = options.MaxChangesPerCommit;
        _atCommit = options.AtCommit;
        _changes = Channel.CreateBounded<JournalChange>(
            new BoundedChannelOptions(options.MaxWaitingChanges) { SingleReader = true });
        // When the queue is full the writer is awake.
        _patient = new PatientChanges(
            options.Patience, options.MaxWaitingChanges, () => _changes.Writer.TryWrite(JournalChange.None));
        _writing = Task.Run(WriteLoopAsync);
    }

    /// <summary>What keeps the journal from being written, as a sentence; null when all is well.</summary>
    public string? Problem => _problem;

    /// <summary>Opens the file, checks it, and brings its tables up to date.</summary>
    /// <exception cref="JournalException">It is damaged, too new, or can't be opened.</exception>
    public static JournalStore Open(JournalOptions options)
    {
        SqliteLibrary.Load();
        var builder = new SqliteConnectionStringBuilder { DataSource = options.Path, Pooling = false };
        var writer = new SqliteConnection(builder.ToString());
        try
        {
            writer.Open();
            writer.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;");
            if (options.MaxPages is { } pages)
            {
                writer.Execute($"PRAGMA max_page_count={pages}");
            }

            if (writer.ExecuteScalar<string>("PRAGMA quick_check(1)") is not "ok" and var verdict)
            {
                throw Damaged(options.Path, verdict, null);
            }

            JournalSchema.Migrate(writer);
            builder.Pooling = true;
            return new JournalStore(writer, builder.ToString(), options);
        }
        catch (SqliteException broken)
        {
            writer.Dispose();
            throw broken.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase
                ? Damaged(options.Path, broken.Message, broken)
                : new JournalException(
                    $"The journal {options.Path} can't be opened: {broken.Message}", IsFull(broken), broken);
        }
        catch (JournalException)
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Makes a change; the task completes when it is durable.</summary>
    /// <exception cref="JournalException">It could not be written; nothing of it is in the file.</exception>
    public Task WriteAsync(Action<SqliteConnection> change, CancellationToken cancellationToken)
    {
        var waiting = new JournalChange(change);
        return !cancellationToken.IsCancellationRequested && _changes.Writer.TryWrite(waiting)
            ? waiting.Done.Task
            : EnqueueAsync(waiting, cancellationToken);
    }

    /// <summary>
    /// Makes a change that nobody waits for, along with the next one that somebody does, or after
    /// <see cref="JournalOptions.Patience"/>; the task completes when it is durable.
    /// </summary>
    /// <exception cref="JournalException">It could not be written; nothing of it is in the file.</exception>
    public Task WriteSoonAsync(Action<SqliteConnection> change, CancellationToken cancellationToken)
    {
        var waiting = new JournalChange(change);
        return _patient.TryAdd(waiting) ? waiting.Done.Task : WriteAsync(change, cancellationToken);
    }

    /// <summary>Somebody waits for a change after all that was to be made soon: all of those are made now.</summary>
    public void Hurry() => _patient.Hurry();

    /// <summary>Reads with a connection of its own; sees every commit that was made before.</summary>
    /// <exception cref="JournalException">It can't be read.</exception>
    public T Read<T>(Func<SqliteConnection, T> query)
    {
        try
        {
            using var connection = new SqliteConnection(_readerConnection);
            connection.Open();
            return query(connection);
        }
        catch (SqliteException broken)
        {
            throw Unreadable(broken);
        }
    }

    /// <summary>
    /// Reads what is looked for with each payment, by one connection that stays open: its statements stay compiled
    /// (<see cref="PreparedStatements"/>). One at a time, so for short queries alone; sees every commit that was made before.
    /// </summary>
    /// <exception cref="JournalException">It can't be read.</exception>
    public T ReadOften<T>(Func<SqliteConnection, T> query)
    {
        try
        {
            lock (_oftenLock)
            {
                if (_often is null)
                {
                    _often = new SqliteConnection(_readerConnection);
                    _often.Open();
                }

                return query(_often);
            }
        }
        catch (SqliteException broken)
        {
            throw Unreadable(broken);
        }
    }

    /// <summary>Writes what waits, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
        await _patient.DisposeAsync().ConfigureAwait(false);
        lock (_oftenLock)
        {
            _often?.Dispose();
            _often = null;
        }

        using (var readers = new SqliteConnection(_readerConnection))
        {
            SqliteConnection.ClearPool(readers);
        }

        await _writer.DisposeAsync().ConfigureAwait(false);
    }

    private async Task EnqueueAsync(JournalChange change, CancellationToken cancellationToken)
    {
        try
        {
            await _changes.Writer.WriteAsync(change, cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException closed)
        {
            throw new JournalException("The journal is closed; the node is stopping", inner: closed);
        }

        await change.Done.Task.ConfigureAwait(false);
    }

    private async Task WriteLoopAsync()
    {
        var batch = new List<JournalChange>();
        while (await _changes.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            _patient.TakeTo(batch, _maxChangesPerCommit);
            while (batch.Count < _maxChangesPerCommit && _changes.Reader.TryRead(out JournalChange? change))
            {
                if (change != JournalChange.None)
                {
                    batch.Add(change);
                }
            }

            Commit(batch);
            batch.Clear();
        }

        _patient.Close(batch);
        Commit(batch);
    }

    private void Commit(List<JournalChange> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        if (!TryCommit(batch, out Exception? failure) && (batch.Count == 1 || failure is JournalException))
        {
            Fail(batch, failure!);
        }
        else if (failure is not null)
        {
            // One change of the batch is at fault: each gets a commit of its own, so that only that one fails.
            CommitEach(batch);
        }
    }

    private void CommitEach(List<JournalChange> batch)
    {
        foreach (JournalChange change in batch)
        {
            if (!TryCommit([change], out Exception? failure))
            {
                Fail([change], failure!);
            }
        }
    }

    private bool TryCommit(List<JournalChange> batch, out Exception? failure)
    {
        try
        {
            using SqliteTransaction transaction = _writer.BeginTransaction();
            foreach (JournalChange change in batch)
            {
                change.Apply(_writer);
            }

            _commits++;
            _atCommit?.Invoke(_commits, false);
            transaction.Commit();
            _atCommit?.Invoke(_commits, true);
        }
        catch (SqliteException broken) when (IsOfTheFile(broken))
        {
            _problem = $"the journal {_writer.DataSource} can't be written ({broken.Message})"
                + (broken.SqliteErrorCode is SqliteFull or SqliteIoError ? "; free some disk space" : "");
            failure = new JournalException(_problem, IsFull(broken), broken);
            return false;
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            failure = broken;
            return false;
        }

        _problem = null;
        failure = null;
        foreach (JournalChange change in batch)
        {
            change.Done.TrySetResult();
        }

        return true;
    }

    private JournalException Unreadable(SqliteException broken) => new(
        $"The journal {_writer.DataSource} can't be read: {broken.Message}", IsFull(broken), broken);

    private static void Fail(List<JournalChange> batch, Exception failure)
    {
        foreach (JournalChange change in batch)
        {
            change.Done.TrySetException(failure);
        }
    }

    private static bool IsFull(SqliteException broken) => broken.SqliteErrorCode == SqliteFull;

    // It is no change's fault, and none of them would fare better alone.
    private static bool IsOfTheFile(SqliteException broken) => broken.SqliteErrorCode is SqliteFull or SqliteIoError
        or SqliteBusy or SqliteReadOnly or SqliteCorrupt or SqliteCantOpen or SqliteNotADatabase;

    private static JournalException Damaged(string path, string? verdict, Exception? inner) => new(
        $"The journal {path} is damaged ({verdict}); move it away to start anew without the old jobs and aliases, "
        + "or put a backup in its place",
        inner: inner);
}
