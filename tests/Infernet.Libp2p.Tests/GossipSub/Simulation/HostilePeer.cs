using System.Net;
using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.GossipSub.Signing;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.Tests.GossipSub.Simulation;

/// <summary>A peer that subscribes, grafts whom it can, and attacks its neighbours in one way.</summary>
internal sealed class HostilePeer(GossipNetwork network, NodeIdentity identity, IPAddress address, Attack attack)
    : SimulatedPeer(identity, address)
{
    private const int Burst = 20;

    private readonly HashSet<MessageId> _heard = [];
    private ulong _sequence;

    public Attack Attack => attack;

    /// <summary>Messages that it was sent because it asked.</summary>
    public int Served { get; private set; }

    public override void OnConnected(SimulatedPeer other, bool isOutbound) => Send(other, new Rpc
    {
        Subscriptions = [new SubscriptionChange(GossipNetwork.Topic, true)], Graft = [GossipNetwork.Topic],
    });

    public override void OnDisconnected(SimulatedPeer other)
    {
    }

    public override void Receive(PeerId from, Rpc rpc)
    {
        foreach (WireMessage message in rpc.Messages)
        {
            if (StrictSign.TryOpen(message, out GossipMessage opened, out _) == StrictSignResult.Opened
                && !_heard.Add(MessageFlow.MakeId(opened, custom: null)))
            {
                Served++;
            }
        }
    }

    public override void Beat()
    {
        foreach (SimulatedPeer victim in Neighbours.Values)
        {
            switch (attack)
            {
                case Attack.Forgeries:
                    Send(victim, new Rpc { Messages = [Sign([1, 2, 3, 4]) with { Data = [4, 3, 2, 1] }] });
                    break;
                case Attack.InvalidMessages:
                    Send(victim, new Rpc { Messages = [Sign([1, 2, 3])] });
                    break;
                case Attack.GraftFlood:
                    Repeat(victim, new Rpc { Graft = [GossipNetwork.Topic] });
                    break;
                case Attack.IHaveFlood:
                    Repeat(victim, new Rpc { IHave = [new IHave(GossipNetwork.Topic, Inventions())] });
                    break;
                case Attack.IWantFlood:
                    Repeat(victim, new Rpc { IWant = [.. _heard] });
                    break;
            }
        }
    }

    private WireMessage Sign(byte[] data) => StrictSign.Sign(Identity, GossipNetwork.Topic, ++_sequence, data);

    private MessageId[] Inventions() =>
        [.. Enumerable.Range(0, Burst).Select(_ => new MessageId(BitConverter.GetBytes(network.Random.NextInt64())))];

    private void Repeat(SimulatedPeer victim, Rpc rpc)
    {
        for (int i = 0; i < Burst; i++)
        {
            Send(victim, rpc);
        }
    }

    private void Send(SimulatedPeer victim, Rpc rpc) => network.Send(this, victim, rpc, mayBeLost: false);
}
