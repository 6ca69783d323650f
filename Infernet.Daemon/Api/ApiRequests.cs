using Infernet.Core.Api;
using Microsoft.AspNetCore.Http;

namespace Infernet.Daemon.Api;

/// <summary>
/// The requests that are being answered. Lets all of them be ended, and waited for, before the node that they use goes
/// away. Thread-safe.
/// </summary>
internal sealed class ApiRequests : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _draining = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _active;

    public async Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        if (!TryEnter())
        {
            throw new ApiException("conflict", "The node is stopping.");
        }

        CancellationToken client = context.RequestAborted;
        try
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(client, _draining.Token);
            context.RequestAborted = ended.Token;
            await next(context);
        }
        finally
        {
            context.RequestAborted = client;
            Leave();
        }
    }

    public Task DrainAsync()
    {
        _draining.Cancel();
        lock (_lock)
        {
            if (_active == 0)
            {
                _drained.TrySetResult();
            }
        }

        return _drained.Task;
    }

    public void Dispose() => _draining.Dispose();

    private bool TryEnter()
    {
        lock (_lock)
        {
            if (_draining.IsCancellationRequested)
            {
                return false;
            }

            _active++;
            return true;
        }
    }

    private void Leave()
    {
        lock (_lock)
        {
            if (--_active == 0 && _draining.IsCancellationRequested)
            {
                _drained.TrySetResult();
            }
        }
    }
}
