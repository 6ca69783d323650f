using Infernet.Core.Identity;
using Infernet.Libp2p.Hosting;

namespace Infernet.Dht.Protocol;

/// <summary>
/// Streams that have served a request and can serve the next one, so that a request costs one round trip and no
/// negotiation ("Implementations may choose to re-use streams"). Bounded per peer and in total. Thread-safe.
/// </summary>
internal sealed class StreamPool(MessageLimits limits, TimeProvider time) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PeerId, Stack<(PeerStream Stream, long At)>> _idle = [];
    private int _count;
    private bool _disposed;

    /// <summary>An idle stream to a peer, if there is a fresh one.</summary>
    public PeerStream? TryRent(PeerId peer)
    {
        lock (_gate)
        {
            if (!_idle.TryGetValue(peer, out Stack<(PeerStream Stream, long At)>? streams))
            {
                return null;
            }

            // The newest is on top: if it is stale, all are, and the next sweep closes them.
            (PeerStream stream, long at) = streams.Peek();
            if (time.GetElapsedTime(at) >= limits.IdleStreamTimeToLive)
            {
                return null;
            }

            streams.Pop();
            _count--;
            if (streams.Count == 0)
            {
                _idle.Remove(peer);
            }

            return stream;
        }
    }

    /// <summary>Keeps a stream for later, or closes it if there are enough.</summary>
    public ValueTask ReturnAsync(PeerStream stream)
    {
        lock (_gate)
        {
            if (!_idle.TryGetValue(stream.RemotePeer, out Stack<(PeerStream Stream, long At)>? streams))
            {
                streams = new Stack<(PeerStream Stream, long At)>();
            }

            if (!_disposed && _count < limits.MaxIdleStreams && streams.Count < limits.MaxIdleStreamsPerPeer)
            {
                streams.Push((stream, time.GetTimestamp()));
                _idle[stream.RemotePeer] = streams;
                _count++;
                return ValueTask.CompletedTask;
            }
        }

        return stream.DisposeAsync();
    }

    /// <summary>Closes the streams to a peer.</summary>
    public ValueTask CloseAsync(PeerId peer) => CloseAsync((owner, _) => owner == peer);

    /// <summary>Closes the streams that were idle for too long.</summary>
    public ValueTask SweepAsync() =>
        CloseAsync((_, newest) => time.GetElapsedTime(newest) >= limits.IdleStreamTimeToLive);

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        await CloseAsync((_, _) => true).ConfigureAwait(false);
    }

    private async ValueTask CloseAsync(Func<PeerId, long, bool> chosen)
    {
        var closing = new List<PeerStream>();
        lock (_gate)
        {
            foreach ((PeerId peer, Stack<(PeerStream Stream, long At)> streams) in _idle.ToArray())
            {
                if (chosen(peer, streams.Peek().At))
                {
                    closing.AddRange(streams.Select(s => s.Stream));
                    _count -= streams.Count;
                    _idle.Remove(peer);
                }
            }
        }

        foreach (PeerStream stream in closing)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }
}
