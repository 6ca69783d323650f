namespace Infernet.Libp2p.GossipSub.Wire;

/// <summary>The IHAVE control message: messages that the sender has seen lately.</summary>
internal sealed record IHave(string Topic, IReadOnlyList<MessageId> Ids);
