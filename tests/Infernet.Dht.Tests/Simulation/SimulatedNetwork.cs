using System.Net;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Kad;
using Infernet.Dht.Keys;
using Infernet.Dht.Lookups;
using Infernet.Dht.Protocol;

namespace Infernet.Dht.Tests.Simulation;

/// <summary>
/// Many nodes, made of the real state machines, on a virtual network: each message takes a random time of the virtual
/// clock; messages to a dead node are lost. All randomness comes from one seed.
/// </summary>
internal sealed class SimulatedNetwork
{
    private readonly Random _random;
    private readonly FakeTime _time = new();
    private readonly DhtOptions _options;
    private readonly LookupOptions _lookupOptions;
    private readonly Dictionary<PeerId, SimulatedNode> _alive = [];
    private readonly Dictionary<PeerId, SimulatedNode> _liars = [];

    public SimulatedNetwork(int seed, DhtOptions? options = null, LookupOptions? lookupOptions = null)
    {
        _random = new Random(seed);
        _options = (options ?? new DhtOptions()) with { Time = _time, Validators = SimulatedNode.TestValidators };
        _lookupOptions = lookupOptions ?? new LookupOptions { K = _options.K };
    }

    public IReadOnlyCollection<SimulatedNode> Alive => _alive.Values;

    /// <summary>Adds a node: it knows one that is there, and looks for its neighbours.</summary>
    public SimulatedNode Join()
    {
        SimulatedNode? first = _alive.Count == 0 ? null : Pick();
        var self = TestPeers.Random(_random);
        byte[] ip = [(byte)_random.Next(11, 100), (byte)_random.Next(256), 0, 1];
        var address = Multiaddr.FromTcp(new IPEndPoint(new IPAddress(ip), 4001));
        var node = new SimulatedNode(self, [address], _options);
        _alive[self.Id] = node;
        if (first is not null)
        {
            node.Learn(first.Self, first.Addresses[first.Self.Id][0]);
            FindClosest(node, self.Id.ToBytes());
        }

        return node;
    }

    /// <summary>Ends a node without a word.</summary>
    public void Kill(SimulatedNode node) => _alive.Remove(node.Self.Id);

    /// <summary>
    /// Turns some of the nodes: each answers with those of them alone that are closest to what is asked for.
    /// </summary>
    public void Collude(int count)
    {
        while (_liars.Count < count)
        {
            SimulatedNode node = Pick();
            _liars[node.Self.Id] = node;
        }
    }

    public bool IsLiar(KadPeer peer) => _liars.ContainsKey(peer.Id);

    public SimulatedNode PickHonest()
    {
        SimulatedNode node = Pick();
        return IsLiar(node.Self) ? PickHonest() : node;
    }

    public SimulatedNode Pick() => _alive.Values.ElementAt(_random.Next(_alive.Count));

    public byte[] RandomKey()
    {
        byte[] key = new byte[16];
        _random.NextBytes(key);
        return key;
    }

    /// <summary>The peers that are really closest to a key, among those alive.</summary>
    public IReadOnlyList<KadPeer> TrulyClosest(byte[] key, int count, SimulatedNode except) =>
    [
        .. _alive.Values.Where(n => n != except).Select(n => n.Self)
            .OrderBy(p => p.Key.DistanceTo(KadKey.Of(key))).Take(count),
    ];

    /// <summary>Runs a node's look-up to its end, with the messages in the order of the virtual clock.</summary>
    public Lookup FindClosest(SimulatedNode node, byte[] key)
    {
        KadKey target = KadKey.Of(key);
        var lookup = new Lookup(node.Self.Key, target, node.Table.Closest(target, _options.K), _lookupOptions, _time);
        var arriving = new PriorityQueue<KadPeer, DateTimeOffset>();
        LookupEvent happened = LookupEvent.Poll;
        while (true)
        {
            LookupStep step = lookup.Advance(happened);
            happened = LookupEvent.Poll;
            if (step.Kind == LookupStepKind.Finished)
            {
                return lookup;
            }

            if (step.Kind == LookupStepKind.Ask)
            {
                bool alive = _alive.ContainsKey(step.Peer.Id);
                TimeSpan delay = alive ? TimeSpan.FromMilliseconds(_random.Next(5, 200)) : _options.RequestTimeout;
                arriving.Enqueue(step.Peer, _time.GetUtcNow() + delay);
                continue;
            }

            arriving.TryPeek(out KadPeer peer, out DateTimeOffset at);
            if (step.PollAfter is { } after && _time.GetUtcNow() + after < at)
            {
                _time.Advance(after);
                continue;
            }

            arriving.Dequeue();
            _time.Advance(at > _time.GetUtcNow() ? at - _time.GetUtcNow() : TimeSpan.Zero);
            happened = Exchange(node, peer, Requests.FindNode(key));
        }
    }

    /// <summary>Sends a message past the look-up, as a publication does.</summary>
    public Message? Send(SimulatedNode from, KadPeer to, Message message) =>
        _alive.TryGetValue(to.Id, out SimulatedNode? node) ? node.Handler.Handle(from.Self.Id, message) : null;

    private Message Lie(Message request)
    {
        var answer = new Message { Type = request.Type };
        foreach (SimulatedNode liar in _liars.Values
            .OrderBy(l => l.Self.Key.DistanceTo(KadKey.Of(request.Key.Span))).Take(20))
        {
            answer.CloserPeers.Add(PeerCodec.Encode(liar.Self.Id, liar.Addresses[liar.Self.Id]));
        }

        return answer;
    }

    private LookupEvent Exchange(SimulatedNode node, KadPeer peer, Message request)
    {
        if (!_alive.TryGetValue(peer.Id, out SimulatedNode? other))
        {
            node.Table.Fail(peer.Key, unreachable: true);
            return LookupEvent.Failure(peer.Key);
        }

        Message answer = Message.Parser.ParseFrom(Google.Protobuf.MessageExtensions.ToByteArray(
            IsLiar(peer) ? Lie(request) : other.Handler.Handle(node.Self.Id, request)!));

        // Each side has identified the other, and both serve.
        node.Learn(peer, other.Addresses[peer.Id][0]);
        other.Learn(node.Self, node.Addresses[node.Self.Id][0]);
        return LookupEvent.Response(
            peer.Key, [.. node.Codec.Decode(answer.CloserPeers, 20).Select(p => KadPeer.Of(p.Id))]);
    }
}
