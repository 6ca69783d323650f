namespace Infernet.Libp2p.Hosting;

/// <summary>
/// The inbound connections that have not proven who they are. When there are too many, the oldest makes room: an
/// honest handshake takes milliseconds, so a crowd of idle ones can't lock others out. Thread-safe.
/// </summary>
internal sealed class PendingHandshakes(int limit, TimeSpan timeout, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<CancellationTokenSource> _pending = new();

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count;
            }
        }
    }

    /// <summary>Runs one handshake under the time limit.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> handshake, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        LinkedListNode<CancellationTokenSource> place;
        CancellationTokenSource? evicted = null;
        lock (_gate)
        {
            if (_pending.Count >= limit)
            {
                evicted = _pending.First!.Value;
                _pending.RemoveFirst();
            }

            place = _pending.AddLast(either);
        }

        Cancel(evicted);
        try
        {
            return await handshake(either.Token).ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                if (place.List is not null)
                {
                    _pending.Remove(place);
                }
            }
        }
    }

    // The evicted handshake may be ending by itself at this moment.
    private static void Cancel(CancellationTokenSource? evicted)
    {
        try
        {
            evicted?.Cancel();
        }
        catch (ObjectDisposedException)
        {
        }
    }
}
