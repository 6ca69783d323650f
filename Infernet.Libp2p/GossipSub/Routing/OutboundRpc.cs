using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>An RPC to one or many peers, encoded once, when first needed.</summary>
internal sealed class OutboundRpc
{
    private readonly Lazy<byte[]> _frame;

    public OutboundRpc(Rpc contents, RpcPriority priority)
        : this(contents, priority, new Lazy<byte[]>(() => RpcWriter.Write(contents).ToFrame()))
    {
    }

    private OutboundRpc(Rpc contents, RpcPriority priority, Lazy<byte[]> frame) =>
        (Contents, Priority, _frame) = (contents, priority, frame);

    public Rpc Contents { get; }

    public RpcPriority Priority { get; }

    /// <summary>The RPC behind its length.</summary>
    public byte[] Frame => _frame.Value;

    /// <summary>The same RPC, sharing its bytes, for somebody who asked for it.</summary>
    public OutboundRpc AsGossip() => new(Contents, RpcPriority.Gossip, _frame);
}
