namespace Infernet.Libp2p.GossipSub;

/// <summary>
/// The most that peers can make this node read, keep, or do. Immutable. Whoever sends an RPC that is over a limit of
/// one RPC is penalised, and its stream reset; what is over the other limits is left out.
/// </summary>
public sealed record GossipSubLimits
{
    /// <summary>The largest RPC, in bytes; a published message must fit into one.</summary>
    public int MaxRpcSize { get; init; } = 1 << 20;

    /// <summary>The longest topic, in bytes of UTF-8.</summary>
    public int MaxTopicLength { get; init; } = 256;

    /// <summary>The longest message id, in bytes; the default one has 46.</summary>
    public int MaxMessageIdLength { get; init; } = 128;

    public int MaxSubscriptionsPerRpc { get; init; } = 1_000;

    public int MaxMessagesPerRpc { get; init; } = 5_000;

    /// <summary>IHAVE, GRAFT and PRUNE messages in one RPC, of each kind.</summary>
    public int MaxControlPerRpc { get; init; } = 1_000;

    /// <summary>Message ids in all IHAVE, and in all IWANT, messages of one RPC.</summary>
    public int MaxIdsPerRpc { get; init; } = 5_000;

    /// <summary>Peers named in one PRUNE, sent or received.</summary>
    public int MaxExchangedPeers { get; init; } = 16;

    /// <summary>The longest signed peer record, in bytes.</summary>
    public int MaxPeerRecordLength { get; init; } = 4_096;

    /// <summary>The longest back-off that a PRUNE may ask for.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Peers that are spoken to; further ones are left alone.</summary>
    public int MaxPeers { get; init; } = 1_000;

    /// <summary>Topics that are remembered of one peer.</summary>
    public int MaxTopicsPerPeer { get; init; } = 128;

    /// <summary>Topics that this node may be subscribed to.</summary>
    public int MaxOwnTopics { get; init; } = 128;

    /// <summary>Topics that this node may publish to without being subscribed.</summary>
    public int MaxFanoutTopics { get; init; } = 128;

    /// <summary>IHAVE messages that are taken from one peer between two heartbeats.</summary>
    public int MaxIHavePerHeartbeat { get; init; } = 10;

    /// <summary>
    /// Message ids that one peer may make this node ask for between two heartbeats; also the longest IHAVE.
    /// </summary>
    public int MaxIdsAskedPerHeartbeat { get; init; } = 5_000;

    /// <summary>Message ids that one peer may ask for between two heartbeats.</summary>
    public int MaxIdsServedPerHeartbeat { get; init; } = 5_000;

    /// <summary>How often one peer gets the same message by asking for it.</summary>
    public int MaxRetransmissions { get; init; } = 3;

    /// <summary>Messages asked for whose arrival is watched.</summary>
    public int MaxPromises { get; init; } = 10_000;

    /// <summary>Back-offs that are remembered, over all topics and peers.</summary>
    public int MaxBackoffs { get; init; } = 20_000;

    /// <summary>Ids of messages that were seen.</summary>
    public int MaxSeenMessages { get; init; } = 200_000;

    /// <summary>Messages that are kept to be asked for, in bytes.</summary>
    public int MaxCachedBytes { get; init; } = 64 << 20;

    /// <summary>Messages whose first deliverers are remembered for the score.</summary>
    public int MaxDeliveryRecords { get; init; } = 50_000;

    /// <summary>Peers that are gone and whose score is still known.</summary>
    public int MaxRetainedScores { get; init; } = 10_000;

    /// <summary>Messages of one topic that wait to be validated, or are being validated.</summary>
    public int MaxPendingPerTopic { get; init; } = 4_096;

    /// <summary>The same of one peer, over all topics.</summary>
    public int MaxPendingPerPeer { get; init; } = 1_024;

    /// <summary>The bytes of such messages, of one topic.</summary>
    public int MaxPendingBytesPerTopic { get; init; } = 32 << 20;

    /// <summary>The same of one peer, over all topics.</summary>
    public int MaxPendingBytesPerPeer { get; init; } = 8 << 20;

    /// <summary>Messages of one topic that are validated at the same time.</summary>
    public int MaxConcurrentValidations { get; init; } = 8;

    /// <summary>Bytes that wait to be sent to one peer; gossip goes first when they are too many.</summary>
    public int MaxOutboundBytesPerPeer { get; init; } = 8 << 20;

    /// <summary>RPCs that wait to be sent to one peer.</summary>
    public int MaxOutboundRpcsPerPeer { get; init; } = 8_192;

    /// <summary>Peers that wait to be dialled because a PRUNE named them, or because they are direct peers.</summary>
    public int MaxWaitingDials { get; init; } = 128;

    /// <summary>Such peers that are dialled at the same time.</summary>
    public int MaxConcurrentDials { get; init; } = 4;

    /// <exception cref="ArgumentOutOfRangeException">A limit is not above zero.</exception>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MaxBackoff, TimeSpan.Zero);
        foreach (int limit in (int[])
        [
            MaxRpcSize, MaxTopicLength, MaxMessageIdLength, MaxSubscriptionsPerRpc, MaxMessagesPerRpc, MaxControlPerRpc,
            MaxIdsPerRpc, MaxExchangedPeers, MaxPeerRecordLength, MaxPeers, MaxTopicsPerPeer, MaxOwnTopics,
            MaxFanoutTopics, MaxIHavePerHeartbeat, MaxIdsAskedPerHeartbeat, MaxIdsServedPerHeartbeat,
            MaxRetransmissions, MaxPromises, MaxBackoffs, MaxSeenMessages, MaxCachedBytes, MaxDeliveryRecords,
            MaxRetainedScores, MaxPendingPerTopic, MaxPendingPerPeer, MaxPendingBytesPerTopic, MaxPendingBytesPerPeer,
            MaxConcurrentValidations,
            MaxOutboundBytesPerPeer, MaxOutboundRpcsPerPeer, MaxWaitingDials, MaxConcurrentDials,
        ])
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        }

        // A message that just fits must also fit into the queues.
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxOutboundBytesPerPeer, MaxRpcSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPendingBytesPerTopic, MaxRpcSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPendingBytesPerPeer, MaxRpcSize);
    }
}
