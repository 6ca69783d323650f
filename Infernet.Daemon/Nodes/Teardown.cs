namespace Infernet.Daemon.Nodes;

/// <summary>Owns what was opened, and closes it in the opposite order.</summary>
internal sealed class Teardown : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> _owned = new();

    public T Own<T>(T part)
        where T : class
    {
        switch (part)
        {
            case IAsyncDisposable asynchronous:
                _owned.Push(asynchronous.DisposeAsync);
                break;
            case IDisposable synchronous:
                _owned.Push(() =>
                {
                    synchronous.Dispose();
                    return ValueTask.CompletedTask;
                });
                break;
            default:
                throw new ArgumentException($"{typeof(T)} can't be closed.", nameof(part));
        }

        return part;
    }

    /// <summary>Waits for a task that was told to stop before the teardown began.</summary>
    public void Await(Task task, CancellationTokenSource toldBy)
    {
        _owned.Push(async () =>
        {
            await toldBy.CancelAsync().ConfigureAwait(false);
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out Func<ValueTask>? close))
        {
            await close().ConfigureAwait(false);
        }
    }
}
