using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>
/// IHAVE and IWANT: tells peers outside the mesh what there is, and fetches what was missed.
/// Source: gossipsub v1.0, "Gossip Emission", and v1.1, "Adaptive Gossip Dissemination" and "Spam Protection Measures".
/// </summary>
internal sealed class Gossiper(RouterState state, MessageFlow messages)
{
    private readonly GossipSubLimits _limits = state.Limits;

    /// <summary>A peer has messages: those that were not seen are asked for.</summary>
    public void OnIHave(RouterPeer peer, IReadOnlyList<IHave> advertised)
    {
        // Each IHAVE counts, so that one RPC with many is no way around the limit.
        var wanted = new HashSet<MessageId>();
        foreach (IHave have in advertised)
        {
            if (++peer.IHaves > _limits.MaxIHavePerHeartbeat)
            {
                break;
            }

            if (state.Topics.GetValueOrDefault(have.Topic) is { Mesh: not null })
            {
                wanted.UnionWith(have.Ids.Where(id => !messages.IsSeen(id)));
            }
        }

        MessageId[] asked = [.. wanted];
        state.Random.Shuffle(asked);
        asked = [.. asked.Take(_limits.MaxIdsAskedPerHeartbeat - peer.IdsAsked)];
        if (asked.Length == 0)
        {
            return;
        }

        peer.IdsAsked += asked.Length;
        messages.Promises.Add(asked[state.Random.Next(asked.Length)], peer.Id, state.Now);
        state.Output.Send(peer.Id, new OutboundRpc(new Rpc { IWant = asked }, RpcPriority.Gossip));
    }

    /// <summary>A peer asks for messages. Each is sent to it a few times at most.</summary>
    public void OnIWant(RouterPeer peer, IReadOnlyList<MessageId> wanted)
    {
        foreach (MessageId id in wanted.Distinct())
        {
            if (++peer.IdsServed > _limits.MaxIdsServedPerHeartbeat)
            {
                return;
            }

            if (messages.Cache.Take(id, peer.Id, out int before) is { } rpc && before < _limits.MaxRetransmissions)
            {
                state.Output.Send(peer.Id, rpc.AsGossip());
            }
        }
    }

    /// <summary>Penalises broken promises, advertises, and lets the message cache move on.</summary>
    public void Heartbeat()
    {
        foreach (Core.Identity.PeerId liar in messages.Promises.TakeBroken(state.Now))
        {
            state.Scores.Penalise(liar, 1);
        }

        foreach (TopicState topic in state.Topics.Values)
        {
            if ((topic.Mesh ?? topic.Fanout) is { } full)
            {
                Emit(topic, full);
            }
        }

        messages.Cache.Shift();
    }

    private void Emit(TopicState topic, HashSet<RouterPeer> full)
    {
        MessageId[] ids = messages.Cache.GossipIds(topic.Name);
        if (ids.Length == 0)
        {
            return;
        }

        RouterPeer[] listeners = [.. topic.Subscribers.Where(
            p => p.HasMesh && !p.IsDirect && !full.Contains(p) && state.ScoreOf(p) >= state.Scores.Thresholds.Gossip)];
        int count = Math.Max(state.Options.GossipSize, (int)(state.Options.GossipFactor * listeners.Length));
        foreach (RouterPeer peer in state.Draw(listeners, count))
        {
            // If not all ids fit, each peer hears of others.
            state.Random.Shuffle(ids);
            var have = new IHave(
                topic.Name, [.. ids.Take(Math.Min(_limits.MaxIdsAskedPerHeartbeat, _limits.MaxIdsPerRpc))]);
            state.Output.Send(peer.Id, new OutboundRpc(new Rpc { IHave = [have] }, RpcPriority.Gossip));
        }
    }
}
