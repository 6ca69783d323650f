namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>How much the router keeps, for those who want to see that it is bounded.</summary>
internal sealed record RouterSize(
    int Peers, int Topics, int Seen, int Cached, long CachedBytes, int Promises, int Backoffs, int Scores,
    int Deliveries, long Throttled);
