using System.Net;
using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>
/// GossipSub as a pure state machine: each call is an event and returns what is to be done about it; time and
/// randomness come from outside. Not thread-safe.
/// <para>
/// Its parts: <see cref="MessageFlow"/> brings messages from one peer to the others, <see cref="MeshKeeper"/> and
/// <see cref="MeshUpkeep"/> decide who the others are, <see cref="Gossiper"/> fetches what was missed, and
/// <see cref="Scoring.PeerScores"/> remembers how everybody behaved.
/// </para>
/// </summary>
internal sealed class GossipRouter
{
    private readonly RouterState _state;
    private readonly Fanouts _fanouts;
    private readonly MessageFlow _messages;
    private readonly MeshKeeper _mesh;
    private readonly MeshUpkeep _upkeep;
    private readonly Gossiper _gossip;
    private readonly HashSet<PeerId> _direct;
    private TimeSpan _nextDirectConnect;

    /// <param name="self">This node.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="time">The clock.</param>
    /// <param name="random">Draws peers; others should not be able to foresee it.</param>
    /// <param name="recordOf">The signed record of a peer; empty if there is none.</param>
    public GossipRouter(
        PeerId self, GossipSubOptions options, TimeProvider time, Random random,
        Func<PeerId, ReadOnlyMemory<byte>> recordOf)
    {
        _state = new RouterState(self, options, time, random);
        _fanouts = new Fanouts(_state);
        _messages = new MessageFlow(_state, _fanouts);
        _mesh = new MeshKeeper(_state, recordOf);
        _upkeep = new MeshUpkeep(_state, _mesh);
        _gossip = new Gossiper(_state, _messages);
        _direct = [.. options.DirectPeers.Select(a => a.PeerId!)];
    }

    public double ScoreOf(PeerId peer) => _state.Scores.Of(peer);

    /// <summary>Peers of a topic's mesh; empty if this node is not subscribed.</summary>
    public IReadOnlyList<PeerId> MeshOf(string topic) =>
        [.. (_state.Topics.GetValueOrDefault(topic)?.Mesh ?? []).Select(p => p.Id)];

    /// <summary>Counts the peers that came into a mesh.</summary>
    public long Grafts => _state.Grafts;

    /// <summary>The peers of all meshes.</summary>
    public IReadOnlySet<PeerId> MeshPeers() =>
        _state.Topics.Values.SelectMany(t => t.Mesh ?? []).Select(p => p.Id).ToHashSet();

    /// <summary>Peers that are subscribed to a topic.</summary>
    public IReadOnlyList<PeerId> SubscribersOf(string topic) =>
        [.. (_state.Topics.GetValueOrDefault(topic)?.Subscribers ?? []).Select(p => p.Id)];

    /// <summary>How much is kept.</summary>
    public RouterSize Size() => new(
        _state.Peers.Count, _state.Topics.Count, _messages.SeenCount, _messages.Cache.Count, _messages.Cache.Bytes,
        _messages.Promises.Count, _state.Backoffs.Count, _state.Scores.PeerCount, _state.Scores.DeliveryCount,
        _messages.Throttled);

    /// <summary>A peer can be sent to. It is told at once what this node is subscribed to.</summary>
    /// <returns>False if so many peers are there that this one is left alone.</returns>
    public bool TryAddPeer(
        PeerId id, PeerProtocol protocol, bool isOutbound, IEnumerable<IPAddress> addresses,
        out IReadOnlyList<RouterAction> actions)
    {
        actions = [];
        bool isDirect = _direct.Contains(id);
        if (_state.Peers.ContainsKey(id) || (_state.Peers.Count >= _state.Limits.MaxPeers && !isDirect))
        {
            return false;
        }

        _state.Peers.Add(id, new RouterPeer(id, protocol, isOutbound, isDirect));
        _state.Scores.Add(id, addresses);
        actions = Greet(id);
        return true;
    }

    /// <summary>
    /// Tells a peer what this node is subscribed to: on its first stream, and on each that replaces it.
    /// </summary>
    public IReadOnlyList<RouterAction> Greet(PeerId peer)
    {
        SubscriptionChange[] own =
            [.. _state.Topics.Values.Where(t => t.Mesh is not null).Select(t => new SubscriptionChange(t.Name, true))];
        if (own.Length > 0)
        {
            _state.Output.Send(peer, new OutboundRpc(new Rpc { Subscriptions = own }, RpcPriority.Control));
        }

        return _state.Output.Take();
    }

    /// <summary>A peer is gone.</summary>
    public void RemovePeer(PeerId id)
    {
        if (!_state.Peers.Remove(id, out RouterPeer? peer))
        {
            return;
        }

        foreach (string topic in peer.Topics)
        {
            Unsubscribe(peer, _state.Topic(topic));
        }

        _state.Scores.Remove(id, _state.Now);
    }

    /// <summary>A peer sent an RPC.</summary>
    public IReadOnlyList<RouterAction> Receive(PeerId from, Rpc rpc)
    {
        if (!_state.Peers.TryGetValue(from, out RouterPeer? peer))
        {
            return [];
        }

        // A graylisted peer's subscriptions are noted all the same: it says them only once, and may be forgiven.
        foreach (SubscriptionChange change in rpc.Subscriptions)
        {
            Apply(peer, change);
        }

        // v1.1, "Explicit Peering Agreements": RPCs of direct peers are always accepted.
        if (!peer.IsDirect && _state.ScoreOf(peer) < _state.Scores.Thresholds.Graylist)
        {
            return _state.Output.Take();
        }

        foreach (WireMessage message in rpc.Messages)
        {
            _messages.Receive(peer, message);
        }

        ReceiveControl(peer, rpc);
        return _state.Output.Take();
    }

    /// <summary>A peer sent something that is no RPC, or one over the limits.</summary>
    public void ReceiveBroken(PeerId from) => _state.Scores.Penalise(from, 1);

    /// <summary>The signature of a message was checked.</summary>
    public IReadOnlyList<RouterAction> Verified(IncomingMessage message, bool isSigned)
    {
        _messages.Verified(message, isSigned);
        return _state.Output.Take();
    }

    /// <summary>The validator of a message has decided.</summary>
    public IReadOnlyList<RouterAction> Validated(IncomingMessage message, MessageVerdict verdict)
    {
        _messages.Validated(message, verdict);
        return _state.Output.Take();
    }

    /// <summary>This node says something; the message in the RPC is signed already.</summary>
    public IReadOnlyList<RouterAction> Publish(string topic, MessageId id, OutboundRpc rpc)
    {
        _messages.Publish(topic, id, rpc);
        return _state.Output.Take();
    }

    /// <summary>This node subscribes.</summary>
    /// <exception cref="InvalidOperationException">It is subscribed already, or to too many topics.</exception>
    public IReadOnlyList<RouterAction> Join(string name)
    {
        TopicState topic = _state.Topic(name);
        if (topic.Mesh is not null)
        {
            throw new InvalidOperationException($"{name} is subscribed to already.");
        }

        if (_state.Topics.Values.Count(t => t.Mesh is not null) >= _state.Limits.MaxOwnTopics)
        {
            _state.ForgetIfUnused(topic);
            throw new InvalidOperationException($"{_state.Limits.MaxOwnTopics} topics are subscribed to already.");
        }

        _mesh.Join(topic);
        return _state.Output.Take();
    }

    /// <summary>This node unsubscribes.</summary>
    public IReadOnlyList<RouterAction> Leave(string name)
    {
        if (_state.Topics.GetValueOrDefault(name) is { Mesh: not null } topic)
        {
            _mesh.Leave(topic);
        }

        return _state.Output.Take();
    }

    /// <summary>To be called once per heartbeat interval.</summary>
    public IReadOnlyList<RouterAction> Heartbeat()
    {
        foreach (RouterPeer peer in _state.Peers.Values)
        {
            peer.BeginHeartbeat();
        }

        _state.Scores.Refresh(_state.Now);
        _state.Backoffs.RemoveEnded(_state.Now - (2 * _state.Options.HeartbeatInterval));
        _messages.RemoveExpired();
        ConnectDirect();
        _upkeep.Run();
        _fanouts.Heartbeat();
        _gossip.Heartbeat();
        return _state.Output.Take();
    }

    private void ReceiveControl(RouterPeer peer, Rpc rpc)
    {
        if (!peer.HasMesh)
        {
            return;
        }

        // v1.1, "GossipThreshold": gossip from below it is ignored.
        if (_state.ScoreOf(peer) >= _state.Scores.Thresholds.Gossip)
        {
            _gossip.OnIHave(peer, rpc.IHave);
            _gossip.OnIWant(peer, rpc.IWant);
        }

        foreach (string topic in rpc.Graft)
        {
            _mesh.OnGraft(peer, topic);
        }

        foreach (Prune prune in rpc.Prune)
        {
            _mesh.OnPrune(peer, prune);
        }
    }

    private void Apply(RouterPeer peer, SubscriptionChange change)
    {
        if (!change.Subscribe)
        {
            if (peer.Topics.Remove(change.Topic))
            {
                Unsubscribe(peer, _state.Topic(change.Topic));
            }
        }
        else if (change.Topic.Length > 0
            && peer.Topics.Count < _state.Limits.MaxTopicsPerPeer
            && peer.Topics.Add(change.Topic))
        {
            TopicState topic = _state.Topic(change.Topic);
            topic.Subscribers.Add(peer);
            _mesh.OnSubscribed(topic, peer);
        }
    }

    private void Unsubscribe(RouterPeer peer, TopicState topic)
    {
        topic.Subscribers.Remove(peer);
        topic.Fanout?.Remove(peer);
        if (topic.Mesh is { } mesh && mesh.Remove(peer))
        {
            _state.Scores.Prune(peer.Id, topic.Name);
        }

        _state.ForgetIfUnused(topic);
    }

    private void ConnectDirect()
    {
        if (_state.Now < _nextDirectConnect)
        {
            return;
        }

        _nextDirectConnect = _state.Now + _state.Options.DirectConnectInterval;
        foreach (PeerId peer in _direct.Where(p => !_state.Peers.ContainsKey(p)))
        {
            _state.Output.Add(new RouterAction.Connect(peer, default));
        }
    }
}
