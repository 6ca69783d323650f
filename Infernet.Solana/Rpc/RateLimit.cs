namespace Infernet.Solana.Rpc;

/// <summary>
/// Spaces requests evenly: each takes the next free moment, so a burst is stretched. One that would wait too long is
/// refused, and takes none: whoever gave up waiting long ago must not hold up the others for hours. The clock is one that
/// nobody sets: with that of the day a correction by minutes would hold everything up for as long.
/// </summary>
internal sealed class RateLimit(int perSecond, TimeSpan longest, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _spacing = TimeSpan.FromSeconds(1) / perSecond;
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next;

    /// <summary>Waits for a free moment; false, at once, if there is none for too long.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellation)
    {
        TimeSpan wait;
        lock (_gate)
        {
            TimeSpan now = time.GetElapsedTime(_start);
            wait = _next - now;
            if (wait > longest)
            {
                return false;
            }

            // Moments that nobody used add up to one second's worth, no more.
            TimeSpan earliest = now - TimeSpan.FromSeconds(1);
            _next = (_next < earliest ? earliest : _next) + _spacing;
        }

        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellation).ConfigureAwait(false);
        }

        return true;
    }
}
