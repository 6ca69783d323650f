namespace Infernet.Daemon.Jobs.Running;

/// <summary>Wakes everybody who waits for something of a job, whenever some of it became durable.</summary>
internal sealed class JobSignal
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes at the next change. Take it before looking, or a change in between is missed.</summary>
    public Task Next => _next.Task;

    public void Pulse() =>
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
}
