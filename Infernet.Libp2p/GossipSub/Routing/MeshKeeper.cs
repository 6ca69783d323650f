using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>
/// Who is in the meshes, by request: JOIN, LEAVE, GRAFT, PRUNE. What the heartbeat changes is in
/// <see cref="MeshUpkeep"/>. Source: gossipsub v1.0, "Topic Membership" and "Control Messages", and v1.1, "PRUNE
/// Backoff and Peer Exchange".
/// </summary>
internal sealed class MeshKeeper(RouterState state, Func<Core.Identity.PeerId, ReadOnlyMemory<byte>> recordOf)
{
    /// <summary>This node subscribes: the fanout becomes the mesh, and others join it.</summary>
    public void Join(TopicState topic)
    {
        Announce(topic.Name, subscribe: true);
        topic.Mesh = [];
        foreach (RouterPeer peer in (topic.Fanout ?? []).Where(p => MayGraft(topic, p)).Take(state.Options.MeshSize))
        {
            Graft(topic, peer);
        }

        topic.Fanout = null;
        Fill(topic);
    }

    /// <summary>This node unsubscribes.</summary>
    public void Leave(TopicState topic)
    {
        Announce(topic.Name, subscribe: false);
        foreach (RouterPeer peer in topic.Mesh!.ToArray())
        {
            Prune(topic, peer, state.Options.UnsubscribeBackoff, exchange: false);
        }

        topic.Mesh = null;
        state.ForgetIfUnused(topic);
    }

    /// <summary>Grafts until the mesh has D peers, or no more can be had.</summary>
    public void Fill(TopicState topic)
    {
        int missing = state.Options.MeshSize - topic.Mesh!.Count;
        foreach (RouterPeer peer in state.Draw(topic.Subscribers.Where(p => MayGraft(topic, p)), missing))
        {
            Graft(topic, peer);
        }
    }

    /// <summary>A peer subscribed: a thin mesh takes it in at once instead of at the next heartbeat.</summary>
    public void OnSubscribed(TopicState topic, RouterPeer peer)
    {
        if (topic.Mesh is { } mesh && mesh.Count < state.Options.MeshLow && MayGraft(topic, peer))
        {
            Graft(topic, peer);
        }
    }

    /// <summary>Whether this side may add a peer to the mesh of a topic.</summary>
    public bool MayGraft(TopicState topic, RouterPeer peer) =>
        peer.HasMesh
        && !peer.IsDirect
        && !topic.Mesh!.Contains(peer)
        && !state.Backoffs.IsActive(topic.Name, peer.Id, state.Now - Slack)
        && state.ScoreOf(peer) >= 0;

    public void Graft(TopicState topic, RouterPeer peer)
    {
        Enter(topic, peer);
        state.Output.Graft(peer.Id, topic.Name);
    }

    /// <summary>Drops a peer from a mesh and tells it.</summary>
    public void Prune(TopicState topic, RouterPeer peer, TimeSpan backoff, bool exchange)
    {
        if (topic.Mesh!.Remove(peer))
        {
            state.Scores.Prune(peer.Id, topic.Name);
        }

        SendPrune(topic, peer, backoff, exchange);
    }

    /// <summary>A peer grafted us.</summary>
    public void OnGraft(RouterPeer peer, string topicName)
    {
        // v1.1, "Spam Protection Measures": GRAFT for unknown topics is ignored.
        if (state.Topics.GetValueOrDefault(topicName) is not { Mesh: { } mesh } topic || mesh.Contains(peer))
        {
            return;
        }

        TimeSpan backoff = state.Options.PruneBackoff;
        if (peer.IsDirect)
        {
            // "It is an error to GRAFT on an explicit peer": rejected with a PRUNE.
            SendPrune(topic, peer, backoff, exchange: false);
        }
        else if (state.Backoffs.Of(topicName, peer.Id) is { } until && until > state.Now)
        {
            PenaliseEarlyGraft(peer, until);
            SendPrune(topic, peer, backoff, exchange: false);
        }
        else if (state.ScoreOf(peer) < 0 || !topic.Subscribers.Contains(peer))
        {
            SendPrune(topic, peer, backoff, exchange: false);
        }
        else if (mesh.Count >= state.Options.MeshHigh && !peer.IsOutbound)
        {
            // "Outbound Mesh Quotas": a full mesh is open only to peers that this side dialled.
            SendPrune(topic, peer, backoff, exchange: true);
        }
        else
        {
            Enter(topic, peer);
        }
    }

    /// <summary>A peer pruned us.</summary>
    public void OnPrune(RouterPeer peer, Prune prune)
    {
        if (state.Topics.GetValueOrDefault(prune.Topic) is not { Mesh: { } mesh })
        {
            return;
        }

        if (mesh.Remove(peer))
        {
            state.Scores.Prune(peer.Id, prune.Topic);
        }

        TimeSpan backoff = prune.Backoff is { } asked && asked > TimeSpan.Zero ? asked : state.Options.PruneBackoff;
        AddBackoff(prune.Topic, peer, backoff < state.Limits.MaxBackoff ? backoff : state.Limits.MaxBackoff);
        AcceptExchange(peer, prune);
    }

    /// <summary>
    /// A back-off is waited out with one heartbeat to spare, since the other side's may begin a little later.
    /// </summary>
    private TimeSpan Slack => state.Options.HeartbeatInterval;

    private void Enter(TopicState topic, RouterPeer peer)
    {
        topic.Mesh!.Add(peer);
        state.Grafts++;
        state.Scores.Graft(peer.Id, topic.Name, state.Now);
    }

    private void SendPrune(TopicState topic, RouterPeer peer, TimeSpan backoff, bool exchange)
    {
        AddBackoff(topic.Name, peer, backoff);
        if (peer.Protocol < PeerProtocol.GossipSub11)
        {
            state.Output.Prune(peer.Id, new Prune(topic.Name, [], null));
            return;
        }

        IReadOnlyList<ExchangedPeer> others = exchange && state.Options.ExchangePeers && state.ScoreOf(peer) >= 0
            ? Recommend(topic, peer)
            : [];
        state.Output.Prune(peer.Id, new Prune(topic.Name, others, backoff));
    }

    // v1.1, "Score Thresholds": only peers whose score is not negative are exchanged.
    private ExchangedPeer[] Recommend(TopicState topic, RouterPeer receiver) =>
        [.. state.Draw(
            topic.Subscribers.Where(p => p != receiver && p.HasMesh && state.ScoreOf(p) >= 0),
            state.Limits.MaxExchangedPeers).Select(p => new ExchangedPeer(p.Id, recordOf(p.Id)))];

    // "When a peer tries to regraft too early, the pruning peer may apply a behavioural penalty"; twice if the peer
    // was pruned only a moment ago.
    private void PenaliseEarlyGraft(RouterPeer peer, TimeSpan until)
    {
        state.Scores.Penalise(peer.Id, 1);
        if (state.Now < until - state.Options.PruneBackoff + state.Options.GraftFloodThreshold)
        {
            state.Scores.Penalise(peer.Id, 1);
        }
    }

    private void AddBackoff(string topic, RouterPeer peer, TimeSpan backoff) =>
        state.Backoffs.Add(topic, peer.Id, state.Now + backoff);

    private void AcceptExchange(RouterPeer peer, Prune prune)
    {
        // v1.1, "AcceptPXThreshold": only if the score of the sender exceeds it.
        if (!(state.ScoreOf(peer) > state.Scores.Thresholds.AcceptExchange))
        {
            return;
        }

        foreach (ExchangedPeer other in prune.Peers.Take(state.Limits.MaxExchangedPeers))
        {
            if (other.Peer != state.Self && !state.Peers.ContainsKey(other.Peer))
            {
                state.Output.Add(new RouterAction.Connect(other.Peer, other.SignedRecord));
            }
        }
    }

    private void Announce(string topic, bool subscribe)
    {
        var rpc = new OutboundRpc(
            new Rpc { Subscriptions = [new SubscriptionChange(topic, subscribe)] }, RpcPriority.Control);
        foreach (RouterPeer peer in state.Peers.Values)
        {
            state.Output.Send(peer.Id, rpc);
        }
    }
}
