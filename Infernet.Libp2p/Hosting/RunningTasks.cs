namespace Infernet.Libp2p.Hosting;

/// <summary>
/// The tasks that an owner has started and must see the end of. Each of them handles its own errors; one that does
/// not is a defect, and surfaces when the owner is disposed.
/// </summary>
internal sealed class RunningTasks
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _tasks = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _defect;
    private bool _isClosed;

    /// <summary>Starts a task on the thread pool; false, and nothing is started, once the owner is closing.</summary>
    public bool TryRun(Func<Task> work)
    {
        Task task;
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            task = Task.Run(work);
            _tasks.Add(task);
        }

        task.ContinueWith(
            Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return true;
    }

    /// <summary>Starts no more, and ends when all that were started have ended.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _isClosed = true;
            CompleteIfEmpty();
        }

        return _ended.Task;
    }

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _tasks.Remove(task);
            _defect ??= task.Exception?.InnerException;
            CompleteIfEmpty();
        }
    }

    private void CompleteIfEmpty()
    {
        if (!_isClosed || _tasks.Count > 0)
        {
            return;
        }

        if (_defect is null)
        {
            _ended.TrySetResult();
        }
        else
        {
            _ended.TrySetException(_defect);
        }
    }
}
