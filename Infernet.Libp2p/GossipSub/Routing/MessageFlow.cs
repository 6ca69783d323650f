using System.Buffers.Binary;
using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Signing;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>
/// The way of a message: seen before? signed? valid? then to the mesh. Signatures are checked before an id counts as
/// seen, else a forger could keep a message out by sending something else under its id.
/// </summary>
internal sealed class MessageFlow(RouterState state, Fanouts fanouts)
{
    private readonly ExpiringMap<MessageId, MessageId> _seen = new(state.Options.SeenTtl, state.Limits.MaxSeenMessages);
    private readonly Dictionary<PeerId, PendingCount> _pending = [];

    public MessageCache Cache { get; } = new(
        state.Options.CacheWindows, state.Options.GossipWindows, state.Limits.MaxCachedBytes);

    public Promises Promises { get; } = new(state.Options.IWantFollowUp, state.Limits.MaxPromises);

    public int SeenCount => _seen.Count;

    /// <summary>Messages that found the queues to their validators full.</summary>
    public long Throttled { get; private set; }

    public bool IsSeen(MessageId id) => _seen.Contains(id);

    /// <summary>A message came from a peer.</summary>
    public void Receive(RouterPeer source, WireMessage wire)
    {
        if (wire.Topic is null || state.Topics.GetValueOrDefault(wire.Topic) is not { Mesh: not null })
        {
            return;
        }

        StrictSignResult result = StrictSign.TryOpen(wire, out GossipMessage message, out byte[] publicKey);
        if (result == StrictSignResult.Refused)
        {
            state.Scores.CountInvalid(source.Id, wire.Topic);
        }

        // v1.0, "Message Processing": own messages that come back go no further. Some implementations send them back
        // in good faith, so nobody is to blame.
        if (result != StrictSignResult.Opened || message.From == state.Self)
        {
            return;
        }

        MessageId id = MakeId(message, state.Options.MessageId);
        if (IsSeen(id))
        {
            state.Scores.CountDuplicate(source.Id, id, state.Now);
            return;
        }

        state.Output.Add(new RouterAction.Verify(new IncomingMessage(source.Id, wire, message, id, publicKey)));
    }

    /// <summary>A signature was checked.</summary>
    public void Verified(IncomingMessage message, bool isSigned)
    {
        string topicName = message.Message.Topic;
        if (!isSigned)
        {
            state.Scores.CountInvalid(message.Source, topicName);
            return;
        }

        Promises.Fulfil(message.Id);
        if (IsSeen(message.Id))
        {
            state.Scores.CountDuplicate(message.Source, message.Id, state.Now);
            return;
        }

        if (state.Topics.GetValueOrDefault(topicName) is not { Mesh: not null } topic)
        {
            return;
        }

        if (!TryBeginPending(message, topic))
        {
            // Not counted as seen: it may come again when there is room.
            Throttled++;
            return;
        }

        _seen.TryAdd(message.Id, message.Id, state.Now);
        state.Scores.BeginDelivery(message.Source, topicName, message.Id, state.Now);
        state.Output.Add(new RouterAction.Validate(message));
    }

    /// <summary>The validator has decided.</summary>
    public void Validated(IncomingMessage message, MessageVerdict verdict)
    {
        string topicName = message.Message.Topic;
        EndPending(message);
        state.Scores.EndDelivery(message.Source, topicName, message.Id, verdict, state.Now);
        if (verdict == MessageVerdict.Accept && state.Topics.GetValueOrDefault(topicName) is { } topic)
        {
            Forward(message, topic);
        }
    }

    /// <summary>A message of this node.</summary>
    public void Publish(string topicName, MessageId id, OutboundRpc rpc)
    {
        _seen.TryAdd(id, id, state.Now);
        Cache.Put(id, topicName, rpc);
        if (state.Topics.GetValueOrDefault(topicName) is { } topic)
        {
            foreach (RouterPeer peer in Recipients(topic))
            {
                state.Output.Send(peer.Id, rpc);
            }
        }
    }

    public void RemoveExpired() => _seen.RemoveExpired(state.Now);

    /// <summary>Pubsub specification, "Message Identification": the author followed by the sequence number.</summary>
    public static MessageId MakeId(GossipMessage message, Func<GossipMessage, byte[]>? custom)
    {
        if (custom is not null)
        {
            return new MessageId(custom(message));
        }

        Span<byte> id = stackalloc byte[PeerId.MaxLength + sizeof(ulong)];
        message.From.Span.CopyTo(id);
        int length = message.From.Span.Length;
        BinaryPrimitives.WriteUInt64BigEndian(id[length..], message.Sequence);
        return new MessageId(id[..(length + sizeof(ulong))]);
    }

    private void Forward(IncomingMessage message, TopicState topic)
    {
        var rpc = new OutboundRpc(new Rpc { Messages = [message.Wire] }, RpcPriority.Message);
        Cache.Put(message.Id, topic.Name, rpc);
        IEnumerable<RouterPeer> others = topic.Subscribers.Where(p => p.IsDirect || MayFlood(p));
        foreach (RouterPeer peer in others.Union(topic.Mesh ?? []))
        {
            if (peer.Id != message.Source && peer.Id != message.Message.From)
            {
                state.Output.Send(peer.Id, rpc);
            }
        }
    }

    // v1.1, "Flood Publishing": own messages go to everybody whose score is good enough. Otherwise v1.0: to the mesh,
    // or for a topic that this node is not subscribed to, to its fanout.
    private IEnumerable<RouterPeer> Recipients(TopicState topic)
    {
        if (state.Options.FloodPublish)
        {
            return topic.Subscribers.Where(p => p.IsDirect || state.MayPublishTo(p));
        }

        IEnumerable<RouterPeer> others = topic.Subscribers.Where(p => p.IsDirect || MayFlood(p));
        return others.Union(topic.Mesh ?? fanouts.Use(topic));
    }

    private bool MayFlood(RouterPeer peer) => !peer.HasMesh && state.MayPublishTo(peer);

    // Kept apart from the peers that are there: a peer may go while its messages are being validated.
    private bool TryBeginPending(IncomingMessage message, TopicState topic)
    {
        if (!_pending.TryGetValue(message.Source, out PendingCount? ofPeer))
        {
            ofPeer = new PendingCount(state.Limits.MaxPendingPerPeer, state.Limits.MaxPendingBytesPerPeer);
        }

        if (!topic.Pending.HasRoomFor(message) || !ofPeer.HasRoomFor(message))
        {
            return false;
        }

        topic.Pending.Add(message);
        ofPeer.Add(message);
        _pending[message.Source] = ofPeer;
        return true;
    }

    private void EndPending(IncomingMessage message)
    {
        if (state.Topics.GetValueOrDefault(message.Message.Topic) is { } topic)
        {
            topic.Pending.Remove(message);
            state.ForgetIfUnused(topic);
        }

        PendingCount ofPeer = _pending[message.Source];
        ofPeer.Remove(message);
        if (ofPeer.IsEmpty)
        {
            _pending.Remove(message.Source);
        }
    }
}
