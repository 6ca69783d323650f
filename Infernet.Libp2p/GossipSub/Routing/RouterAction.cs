using Infernet.Core.Identity;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>What the router wants done.</summary>
internal abstract record RouterAction
{
    private RouterAction()
    {
    }

    /// <summary>Send an RPC to a peer.</summary>
    internal sealed record Send(PeerId To, OutboundRpc Rpc) : RouterAction;

    /// <summary>Check the signature of a message, then call <see cref="GossipRouter.Verified"/>.</summary>
    internal sealed record Verify(IncomingMessage Message) : RouterAction;

    /// <summary>Ask the topic's validator, then call <see cref="GossipRouter.Validated"/>.</summary>
    internal sealed record Validate(IncomingMessage Message) : RouterAction;

    /// <summary>Dial a peer; the signed record may be empty, and has not been checked.</summary>
    internal sealed record Connect(PeerId Peer, ReadOnlyMemory<byte> SignedRecord) : RouterAction;
}
