using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.GossipSub.Routing;

/// <summary>
/// The messages of the last heartbeats, to be gossiped about and asked for. Bounded in bytes: the oldest make room.
/// Source: gossipsub v1.0, "Message Cache".
/// </summary>
internal sealed class MessageCache(int windows, int gossipWindows, int maxBytes)
{
    private readonly Dictionary<MessageId, CachedMessage> _messages = [];
    private readonly Queue<CachedMessage> _byAge = new();
    private long _window;

    public int Count => _messages.Count;

    public long Bytes { get; private set; }

    public void Put(MessageId id, string topic, OutboundRpc rpc)
    {
        var message = new CachedMessage(id, topic, rpc, _window);
        if (!_messages.TryAdd(id, message))
        {
            return;
        }

        _byAge.Enqueue(message);
        Bytes += rpc.Frame.Length;
        while (Bytes > maxBytes)
        {
            DropOldest();
        }
    }

    /// <summary>The message for a peer that asks for it, and how often the peer got it so before.</summary>
    public OutboundRpc? Take(MessageId id, PeerId peer, out int before)
    {
        before = 0;
        if (!_messages.TryGetValue(id, out CachedMessage? message))
        {
            return null;
        }

        before = message.Sent.GetValueOrDefault(peer);
        message.Sent[peer] = before + 1;
        return message.Rpc;
    }

    /// <summary>The ids that gossip of a topic is about.</summary>
    public MessageId[] GossipIds(string topic) =>
        [.. _byAge.Where(m => m.Window > _window - gossipWindows && m.Topic == topic).Select(m => m.Id)];

    /// <summary>A heartbeat is over: the oldest window is forgotten.</summary>
    public void Shift()
    {
        _window++;
        while (_byAge.TryPeek(out CachedMessage? oldest) && oldest.Window <= _window - windows)
        {
            DropOldest();
        }
    }

    private void DropOldest()
    {
        CachedMessage oldest = _byAge.Dequeue();
        _messages.Remove(oldest.Id);
        Bytes -= oldest.Rpc.Frame.Length;
    }

    private sealed record CachedMessage(MessageId Id, string Topic, OutboundRpc Rpc, long Window)
    {
        public Dictionary<PeerId, int> Sent { get; } = [];
    }
}
