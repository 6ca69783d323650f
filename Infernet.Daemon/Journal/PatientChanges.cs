namespace Infernet.Daemon.Journal;

/// <summary>
/// Changes that nobody waits for: they go with the next commit, and the writer is woken for them only if there is none for a
/// while. Thread-safe; belongs to a <see cref="JournalStore"/>.
/// </summary>
internal sealed class PatientChanges : IAsyncDisposable
{
    private readonly TimeSpan _patience;
    private readonly int _most;
    private readonly Action _wake;
    private readonly Lock _lock = new();
    private readonly Queue<JournalChange> _waiting = new();
    private readonly Timer _timer;
    private bool _closed;

    /// <param name="patience">The time after which the writer is woken.</param>
    /// <param name="most">How many may wait.</param>
    /// <param name="wake">Wakes the writer; must return at once.</param>
    public PatientChanges(TimeSpan patience, int most, Action wake)
    {
        (_patience, _most, _wake) = (patience, most, wake);
        _timer = new Timer(_ => Hurry());
    }

    /// <summary>Takes one; false if too many wait, or when the journal is closed.</summary>
    public bool TryAdd(JournalChange change)
    {
        lock (_lock)
        {
            if (_closed || _waiting.Count >= _most)
            {
                return false;
            }

            _waiting.Enqueue(change);
            if (_waiting.Count == 1)
            {
                _timer.Change(_patience, Timeout.InfiniteTimeSpan);
            }

            return true;
        }
    }

    /// <summary>Moves what waits to a commit that has room for so many in all. What it has no room for gets the next.</summary>
    public void TakeTo(List<JournalChange> batch, int most)
    {
        lock (_lock)
        {
            while (batch.Count < most && _waiting.TryDequeue(out JournalChange? change))
            {
                batch.Add(change);
            }
        }

        Hurry();
    }

    /// <summary>Moves all of it to the last commit; nothing more is taken.</summary>
    public void Close(List<JournalChange> batch)
    {
        lock (_lock)
        {
            _closed = true;
            batch.AddRange(_waiting);
            _waiting.Clear();
        }
    }

    /// <summary>Wakes the writer, if something waits.</summary>
    public void Hurry()
    {
        lock (_lock)
        {
            if (_waiting.Count > 0)
            {
                _wake();
            }
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
