namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>
/// What the heartbeat does for the meshes: throws out bad peers, fills and thins, keeps outbound and good peers in.
/// Source: gossipsub v1.0, "Mesh Maintenance", and v1.1, "Heartbeat Maintenance", "Outbound Mesh Quotas" and
/// "Opportunistic Grafting".
/// </summary>
internal sealed class MeshUpkeep(RouterState state, MeshKeeper mesh)
{
    private readonly GossipSubOptions _options = state.Options;
    private TimeSpan _nextOpportunity = state.Options.OpportunisticGraftInterval;

    /// <summary>Looks after all meshes.</summary>
    public void Run()
    {
        bool isOpportunity = state.Now >= _nextOpportunity;
        if (isOpportunity)
        {
            _nextOpportunity = state.Now + _options.OpportunisticGraftInterval;
        }

        foreach (TopicState topic in state.Topics.Values.Where(t => t.Mesh is not null).ToArray())
        {
            PruneBad(topic);
            if (topic.Mesh!.Count < _options.MeshLow)
            {
                mesh.Fill(topic);
            }

            if (topic.Mesh.Count > _options.MeshHigh)
            {
                Thin(topic);
            }

            GraftOutbound(topic);
            if (isOpportunity)
            {
                GraftBetter(topic);
            }
        }
    }

    private void PruneBad(TopicState topic)
    {
        foreach (RouterPeer peer in topic.Mesh!.Where(p => state.ScoreOf(p) < 0).ToArray())
        {
            mesh.Prune(topic, peer, _options.PruneBackoff, exchange: false);
        }
    }

    // The best D_score stay, the others by chance, and among those who stay at least D_out are outbound.
    private void Thin(TopicState topic)
    {
        List<RouterPeer> byRank = [.. topic.Mesh!.OrderByDescending(state.ScoreOf)];
        RouterPeer[] rest = [.. byRank.Skip(_options.MeshByScore)];
        state.Random.Shuffle(rest);
        List<RouterPeer> kept = [.. byRank.Take(_options.MeshByScore), .. rest];
        MoveOutboundForward(kept);
        foreach (RouterPeer peer in kept.Skip(_options.MeshSize))
        {
            mesh.Prune(topic, peer, _options.PruneBackoff, exchange: true);
        }
    }

    // Replaces, from the end of those who would stay, inbound peers by outbound ones.
    private void MoveOutboundForward(List<RouterPeer> ranked)
    {
        int size = Math.Min(_options.MeshSize, ranked.Count);
        int missing = _options.MeshOutbound - ranked.Take(size).Count(p => p.IsOutbound);
        for (int last = size - 1, next = size; missing > 0 && last >= 0; last--)
        {
            if (ranked[last].IsOutbound)
            {
                continue;
            }

            next = ranked.FindIndex(next, p => p.IsOutbound);
            if (next < 0)
            {
                return;
            }

            (ranked[last], ranked[next]) = (ranked[next], ranked[last]);
            missing--;
            next++;
        }
    }

    private void GraftOutbound(TopicState topic)
    {
        int missing = _options.MeshOutbound - topic.Mesh!.Count(p => p.IsOutbound);
        if (topic.Mesh!.Count < _options.MeshLow || missing <= 0)
        {
            return;
        }

        foreach (RouterPeer peer in state.Draw(
            topic.Subscribers.Where(p => p.IsOutbound && mesh.MayGraft(topic, p)), missing))
        {
            mesh.Graft(topic, peer);
        }
    }

    private void GraftBetter(TopicState topic)
    {
        if (topic.Mesh!.Count < 2)
        {
            return;
        }

        double[] scores = [.. topic.Mesh.Select(state.ScoreOf).Order()];
        double median = scores[scores.Length / 2];
        if (median >= state.Scores.Thresholds.OpportunisticGraft)
        {
            return;
        }

        foreach (RouterPeer peer in state.Draw(
            topic.Subscribers.Where(p => mesh.MayGraft(topic, p) && state.ScoreOf(p) > median),
            _options.OpportunisticGraftPeers))
        {
            mesh.Graft(topic, peer);
        }
    }
}
