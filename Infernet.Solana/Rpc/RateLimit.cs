namespace Infernet.Solana.Rpc;

/// <summary>
/// Spaces requests evenly: each takes the next free moment, so a burst is stretched and nobody is refused.
/// </summary>
internal sealed class RateLimit(int perSecond, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _spacing = TimeSpan.FromSeconds(1) / perSecond;
    private DateTimeOffset _next = time.GetUtcNow();

    public Task WaitAsync(CancellationToken cancellation)
    {
        TimeSpan wait;
        lock (_gate)
        {
            DateTimeOffset now = time.GetUtcNow();
            wait = _next - now;

            // Moments that nobody used add up to one second's worth, no more.
            DateTimeOffset earliest = now - TimeSpan.FromSeconds(1);
            _next = (_next < earliest ? earliest : _next) + _spacing;
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellation) : Task.CompletedTask;
    }
}
