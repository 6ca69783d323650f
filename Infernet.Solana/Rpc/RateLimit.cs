namespace Infernet.Solana.Rpc;

/// <summary>
/// Spaces requests evenly: each takes the next free moment, so a burst is stretched and nobody is refused. The clock is
/// one that nobody sets: with that of the day a correction by minutes would hold everything up for as long.
/// </summary>
internal sealed class RateLimit(int perSecond, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _spacing = TimeSpan.FromSeconds(1) / perSecond;
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next;

    public Task WaitAsync(CancellationToken cancellation)
    {
        TimeSpan wait;
        lock (_gate)
        {
            TimeSpan now = time.GetElapsedTime(_start);
            wait = _next - now;

            // Moments that nobody used add up to one second's worth, no more.
            TimeSpan earliest = now - TimeSpan.FromSeconds(1);
            _next = (_next < earliest ? earliest : _next) + _spacing;
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellation) : Task.CompletedTask;
    }
}
