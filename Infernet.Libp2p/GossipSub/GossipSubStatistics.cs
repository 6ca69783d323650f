namespace Infernet.Libp2p.GossipSub;

/// <summary>How things stand at a moment.</summary>
/// <param name="Peers">Peers that GossipSub is spoken with.</param>
/// <param name="Delivered">Messages that were validated and accepted.</param>
/// <param name="Rejected">Messages that the validators rejected.</param>
/// <param name="Throttled">Messages that found the queues to the validators full.</param>
/// <param name="CachedBytes">Bytes of messages that can be asked for.</param>
public sealed record GossipSubStatistics(int Peers, long Delivered, long Rejected, long Throttled, long CachedBytes);
