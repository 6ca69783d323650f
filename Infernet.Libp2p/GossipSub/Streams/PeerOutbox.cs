using System.Threading.Channels;
using Infernet.Libp2p.GossipSub.Routing;

namespace Infernet.Libp2p.GossipSub.Streams;

/// <summary>
/// What waits to be sent to one peer. Bounded, and never waits itself: when a peer reads too slowly its gossip is
/// dropped first, then its messages. Thread-safe.
/// </summary>
internal sealed class PeerOutbox(GossipSubLimits limits)
{
    private readonly Lock _gate = new();
    private readonly Queue<OutboundRpc>[] _waiting = [new(), new(), new()];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long _bytes;
    private int _count;

    /// <summary>RPCs that were dropped.</summary>
    public long Dropped { get; private set; }

    /// <summary>Takes an RPC in, or drops one; false if not even the control messages find room any more.</summary>
    public bool TryAdd(OutboundRpc rpc)
    {
        lock (_gate)
        {
            bool hasRoom = MakeRoom(rpc);
            if (hasRoom)
            {
                _waiting[(int)rpc.Priority].Enqueue(rpc);
                _bytes += rpc.Frame.Length;
                _count++;
                _signal.Writer.TryWrite(true);
            }
            else
            {
                Dropped++;
            }

            return hasRoom || rpc.Priority != RpcPriority.Control;
        }
    }

    /// <summary>The next RPC, the most important first; false if none waits.</summary>
    public bool TryTake(out OutboundRpc rpc)
    {
        lock (_gate)
        {
            return TryTake(RpcPriority.Control, out rpc)
                || TryTake(RpcPriority.Message, out rpc)
                || TryTake(RpcPriority.Gossip, out rpc);
        }
    }

    /// <summary>Waits until something may be there; false when nothing will come any more.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        bool goesOn = await _signal.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
        _signal.Reader.TryRead(out _);
        return goesOn;
    }

    /// <summary>Nothing comes any more; what waits can still be taken.</summary>
    public void Complete() => _signal.Writer.TryComplete();

    private bool MakeRoom(OutboundRpc rpc)
    {
        while (!Fits(rpc) && TryDrop(RpcPriority.Gossip))
        {
        }

        while (rpc.Priority == RpcPriority.Control && !Fits(rpc) && TryDrop(RpcPriority.Message))
        {
        }

        return Fits(rpc);
    }

    private bool Fits(OutboundRpc rpc) =>
        _count < limits.MaxOutboundRpcsPerPeer && _bytes + rpc.Frame.Length <= limits.MaxOutboundBytesPerPeer;

    private bool TryDrop(RpcPriority priority)
    {
        bool dropped = TryTake(priority, out _);
        Dropped += dropped ? 1 : 0;
        return dropped;
    }

    private bool TryTake(RpcPriority priority, out OutboundRpc rpc)
    {
        if (!_waiting[(int)priority].TryDequeue(out rpc!))
        {
            return false;
        }

        _bytes -= rpc.Frame.Length;
        _count--;
        return true;
    }
}
