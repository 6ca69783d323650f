namespace Infernet.Libp2p.GossipSub.Wire;

/// <summary>
/// The PRUNE control message: the sender dropped the receiver from its mesh, asks it to stay away for a while, and
/// may name others to turn to. Source: gossipsub v1.1, "PRUNE Backoff and Peer Exchange".
/// </summary>
/// <param name="Topic">Whose mesh it is about.</param>
/// <param name="Peers">Peer exchange; empty for none.</param>
/// <param name="Backoff">How long to stay away; null from v1.0 peers.</param>
internal sealed record Prune(string Topic, IReadOnlyList<ExchangedPeer> Peers, TimeSpan? Backoff);
