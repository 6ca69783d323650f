using System.Net;
using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.Tests.GossipSub.Simulation;

/// <summary>Somebody in the simulated network.</summary>
internal abstract class SimulatedPeer(NodeIdentity identity, IPAddress address)
{
    public NodeIdentity Identity => identity;

    public PeerId Id => identity.Id;

    public IPAddress Address => address;

    /// <summary>The peers that there is a connection with.</summary>
    public Dictionary<PeerId, SimulatedPeer> Neighbours { get; } = [];

    public abstract void OnConnected(SimulatedPeer other, bool isOutbound);

    public abstract void OnDisconnected(SimulatedPeer other);

    public abstract void Receive(PeerId from, Rpc rpc);

    /// <summary>Called once a second.</summary>
    public abstract void Beat();
}
