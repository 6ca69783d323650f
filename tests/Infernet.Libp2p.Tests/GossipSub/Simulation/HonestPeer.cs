using System.Net;
using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.GossipSub.Signing;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.Tests.GossipSub.Simulation;

/// <summary>A peer that is driven by the real router.</summary>
internal sealed class HonestPeer : SimulatedPeer
{
    private readonly GossipNetwork _network;
    private ulong _sequence;

    public HonestPeer(GossipNetwork network, NodeIdentity identity, IPAddress address)
        : base(identity, address)
    {
        _network = network;
        Router = new GossipRouter(
            Id, new GossipSubOptions(), network.Time, new Random(network.Random.Next()), _ => default);
        Do(Router.Join(GossipNetwork.Topic));
    }

    public GossipRouter Router { get; }

    /// <summary>The first bytes of the messages that were delivered.</summary>
    public HashSet<int> Delivered { get; } = [];

    public void Publish(int number)
    {
        WireMessage wire = StrictSign.Sign(
            Identity, GossipNetwork.Topic, ++_sequence, BitConverter.GetBytes(number));
        StrictSign.TryOpen(wire, out GossipMessage message, out _);
        Delivered.Add(number);
        Do(Router.Publish(
            GossipNetwork.Topic, MessageFlow.MakeId(message, custom: null),
            new OutboundRpc(new Rpc { Messages = [wire] }, RpcPriority.Message)));
    }

    public override void OnConnected(SimulatedPeer other, bool isOutbound)
    {
        Router.TryAddPeer(
            other.Id, PeerProtocol.GossipSub11, isOutbound, [other.Address], out IReadOnlyList<RouterAction> actions);
        Do(actions);
    }

    public override void OnDisconnected(SimulatedPeer other) => Router.RemovePeer(other.Id);

    public override void Receive(PeerId from, Rpc rpc) => Do(Router.Receive(from, rpc));

    public override void Beat() => Do(Router.Heartbeat());

    private void Do(IReadOnlyList<RouterAction> actions)
    {
        foreach (RouterAction action in actions)
        {
            switch (action)
            {
                case RouterAction.Send(var to, var rpc) when Neighbours.TryGetValue(to, out SimulatedPeer? other):
                    _network.Send(this, other, rpc.Contents, mayBeLost: rpc.Priority != RpcPriority.Control);
                    break;
                case RouterAction.Verify(var message):
                    Do(Router.Verified(message, StrictSign.IsSigned(message.Wire, message.PublicKey)));
                    break;
                case RouterAction.Validate(var message):
                    _network.After(TimeSpan.FromMilliseconds(_network.Random.Next(5)), () => Decide(message));
                    break;
            }
        }
    }

    private void Decide(IncomingMessage message)
    {
        bool isGood = message.Message.Data.Length == sizeof(int);
        if (isGood)
        {
            Delivered.Add(BitConverter.ToInt32(message.Message.Data.Span));
        }

        Do(Router.Validated(message, isGood ? MessageVerdict.Accept : MessageVerdict.Reject));
    }
}
