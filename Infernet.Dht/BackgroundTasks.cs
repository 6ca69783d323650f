using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Infernet.Dht;

/// <summary>
/// Owns what goes on after a call returned: keeps each task, says when it fails, and at the end cancels and awaits
/// them all.
/// </summary>
internal sealed partial class BackgroundTasks : IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<Task, byte> _running = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _token;
    private int _disposed;

    public BackgroundTasks(ILogger logger)
    {
        _logger = logger;
        _token = _stopping.Token;
    }

    /// <summary>Cancelled when the owner stops.</summary>
    public CancellationToken Stopping => _token;

    /// <summary>Starts work. It is expected to handle its failures; what escapes is logged.</summary>
    public Task Run(string name, Func<CancellationToken, Task> work)
    {
        if (Volatile.Read(ref _disposed) != 0)
        {
            return Task.CompletedTask;
        }

        Task task = WatchAsync(name, work);
        if (!task.IsCompleted)
        {
            _running[task] = 0;
            _ = task.ContinueWith(
                done => _running.TryRemove(done, out _), CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        return task;
    }

    /// <summary>Does work again and again, one round after the other. A round that fails doesn't end the rest.</summary>
    public Task RunEvery(string name, TimeSpan interval, TimeProvider time, Func<CancellationToken, Task> work) =>
        Run(name, async stop =>
        {
            using var timer = new PeriodicTimer(interval, time);
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
            {
                await WatchAsync(name, work).ConfigureAwait(false);
            }
        });

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        while (!_running.IsEmpty)
        {
            await Task.WhenAll(_running.Keys).ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private async Task WatchAsync(string name, Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_token.IsCancellationRequested)
        {
        }
        catch (Exception failure)
        {
            // Nobody awaits it to see it, and it must not end the process.
            LogFailed(failure, name);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The DHT's background task '{Name}' failed.")]
    private partial void LogFailed(Exception failure, string name);
}
