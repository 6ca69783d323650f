namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>What is known of one topic.</summary>
internal sealed class TopicState(string name, GossipSubLimits limits)
{
    public string Name => name;

    /// <summary>Peers that are subscribed.</summary>
    public HashSet<RouterPeer> Subscribers { get; } = [];

    /// <summary>The peers that messages are exchanged with; null while this node is not subscribed.</summary>
    public HashSet<RouterPeer>? Mesh { get; set; }

    /// <summary>
    /// The peers that own messages go to while this node is not subscribed; null if it published none.
    /// </summary>
    public HashSet<RouterPeer>? Fanout { get; set; }

    public TimeSpan LastPublished { get; set; }

    /// <summary>Messages that are being validated.</summary>
    public PendingCount Pending { get; } = new(limits.MaxPendingPerTopic, limits.MaxPendingBytesPerTopic);

    public bool IsUnused => Subscribers.Count == 0 && Mesh is null && Fanout is null && Pending.IsEmpty;
}
