using System.Net;
using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Wire;
using Infernet.Libp2p.Tests.Support;

namespace Infernet.Libp2p.Tests.GossipSub.Simulation;

/// <summary>
/// A network on a virtual clock: RPCs take their time, keep their order on a connection, and are lost now and then, as
/// if a queue had been full. All chance comes from one seed.
/// </summary>
internal sealed class GossipNetwork(int seed, double loss)
{
    public const string Topic = "topic";

    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _events = new();
    private readonly Dictionary<(PeerId From, PeerId To), TimeSpan> _lastArrivals = [];
    private readonly List<SimulatedPeer> _peers = [];
    private TimeSpan _now;
    private long _order;

    public Random Random { get; } = new(seed);

    public ManualTime Time { get; } = new();

    public IReadOnlyList<HonestPeer> Honest => [.. _peers.OfType<HonestPeer>()];

    public IReadOnlyList<HostilePeer> Hostile => [.. _peers.OfType<HostilePeer>()];

    public HonestPeer AddHonest()
    {
        var peer = new HonestPeer(this, NewIdentity(), NewAddress());
        Add(peer);
        return peer;
    }

    public void AddHostile(Attack attack) => Add(new HostilePeer(this, NewIdentity(), NewAddress(), attack));

    /// <summary>A peer dials others, drawn at random.</summary>
    public void Dial(SimulatedPeer dialer, IReadOnlyList<SimulatedPeer> among, int count)
    {
        foreach (SimulatedPeer other in among.OrderBy(_ => Random.Next()).Where(p => p != dialer).Take(count))
        {
            Connect(dialer, other);
        }
    }

    public static void Connect(SimulatedPeer dialer, SimulatedPeer other)
    {
        if (dialer.Neighbours.TryAdd(other.Id, other))
        {
            other.Neighbours.Add(dialer.Id, dialer);
            dialer.OnConnected(other, isOutbound: true);
            other.OnConnected(dialer, isOutbound: false);
        }
    }

    public static void Disconnect(SimulatedPeer one, SimulatedPeer other)
    {
        if (one.Neighbours.Remove(other.Id))
        {
            other.Neighbours.Remove(one.Id);
            one.OnDisconnected(other);
            other.OnDisconnected(one);
        }
    }

    public void Send(SimulatedPeer from, SimulatedPeer to, Rpc rpc, bool mayBeLost)
    {
        if (mayBeLost && Random.NextDouble() < loss)
        {
            return;
        }

        TimeSpan arrival = _now + TimeSpan.FromMilliseconds(Random.Next(2, 80));
        TimeSpan last = _lastArrivals.GetValueOrDefault((from.Id, to.Id));
        arrival = arrival > last ? arrival : last;
        _lastArrivals[(from.Id, to.Id)] = arrival;
        After(arrival - _now, () =>
        {
            if (to.Neighbours.ContainsKey(from.Id))
            {
                to.Receive(from.Id, rpc);
            }
        });
    }

    public void After(TimeSpan delay, Action happen) => _events.Enqueue(happen, (_now + delay, _order++));

    /// <summary>Lets time pass.</summary>
    public void Run(TimeSpan time)
    {
        TimeSpan end = _now + time;
        while (_events.TryPeek(out Action? happen, out (TimeSpan At, long Order) next) && next.At <= end)
        {
            _events.Dequeue();
            AdvanceTo(next.At);
            happen();
        }

        AdvanceTo(end);
    }

    private void AdvanceTo(TimeSpan time)
    {
        Time.Advance(time - _now);
        _now = time;
    }

    private void Add(SimulatedPeer peer)
    {
        _peers.Add(peer);
        After(TimeSpan.FromMilliseconds(Random.Next(1_000)), () => Beat(peer));
    }

    private void Beat(SimulatedPeer peer)
    {
        peer.Beat();
        After(TimeSpan.FromSeconds(1), () => Beat(peer));
    }

    // Everybody has an address of its own: 10.x.y.0.
    private IPAddress NewAddress() => new(BitConverter.GetBytes(0x0a | (_peers.Count << 8)));

    private NodeIdentity NewIdentity()
    {
        byte[] secret = new byte[32];
        Random.NextBytes(secret);
        return NodeIdentity.FromSeed(secret);
    }
}
