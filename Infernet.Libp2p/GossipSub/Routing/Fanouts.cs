namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>
/// The peers that own messages go to in topics that this node is not subscribed to; unused with flood publishing.
/// Source: gossipsub v1.0, "Message Processing" and "Fanout Maintenance".
/// </summary>
internal sealed class Fanouts(RouterState state)
{
    /// <summary>The fanout to publish to now.</summary>
    public IEnumerable<RouterPeer> Use(TopicState topic)
    {
        if (topic.Fanout is null
            && state.Topics.Values.Count(t => t.Fanout is not null) >= state.Limits.MaxFanoutTopics)
        {
            return [];
        }

        topic.Fanout ??= [];
        topic.LastPublished = state.Now;
        if (topic.Fanout.Count == 0)
        {
            Fill(topic, topic.Fanout);
        }

        return topic.Fanout;
    }

    /// <summary>Forgets what is no longer used, and replaces peers that went or went bad.</summary>
    public void Heartbeat()
    {
        foreach (TopicState topic in state.Topics.Values.Where(t => t.Fanout is not null).ToArray())
        {
            if (state.Now - topic.LastPublished > state.Options.FanoutTtl)
            {
                topic.Fanout = null;
                state.ForgetIfUnused(topic);
            }
            else if (topic.Fanout is { } fanout)
            {
                fanout.RemoveWhere(p => !state.MayPublishTo(p));
                Fill(topic, fanout);
            }
        }
    }

    private void Fill(TopicState topic, HashSet<RouterPeer> fanout) => fanout.UnionWith(state.Draw(
        topic.Subscribers.Where(p => p.HasMesh && !p.IsDirect && !fanout.Contains(p) && state.MayPublishTo(p)),
        state.Options.MeshSize - fanout.Count));
}
