using Infernet.Core.Identity;
using Infernet.Libp2p.Messages;

namespace Infernet.Libp2p.GossipSub.Wire;

/// <summary>
/// Decodes RPCs of peers: any bytes give an RPC within the limits, or a <see cref="MessageException"/>.
/// </summary>
internal sealed class RpcReader(GossipSubLimits limits)
{
    private readonly List<SubscriptionChange> _subscriptions = [];
    private readonly List<WireMessage> _messages = [];
    private readonly List<IHave> _have = [];
    private readonly List<MessageId> _want = [];
    private readonly List<string> _graft = [];
    private readonly List<Prune> _prune = [];
    private int _haveIds;

    /// <exception cref="MessageException">The bytes are no RPC, or it is over a limit.</exception>
    public static Rpc Read(ReadOnlySpan<byte> encoded, GossipSubLimits limits) => new RpcReader(limits).Read(encoded);

    private Rpc Read(ReadOnlySpan<byte> encoded)
    {
        var fields = new FieldReader(encoded);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    Add(
                        _subscriptions, ReadSubscription(fields.Bytes()), limits.MaxSubscriptionsPerRpc,
                        "subscriptions");
                    break;
                case 2:
                    ThrowIfFull(_messages, limits.MaxMessagesPerRpc, "messages");
                    _messages.Add(WireMessage.Read(fields.Bytes(), limits));
                    break;
                case 3:
                    ReadControl(fields.Bytes());
                    break;
            }
        }

        return new Rpc
        {
            Subscriptions = _subscriptions, Messages = _messages, IHave = _have, IWant = _want, Graft = _graft,
            Prune = _prune,
        };
    }

    private SubscriptionChange ReadSubscription(ReadOnlySpan<byte> encoded)
    {
        bool subscribe = false;
        string topic = "";
        var fields = new FieldReader(encoded);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    subscribe = fields.Number() != 0;
                    break;
                case 2:
                    topic = fields.Text(limits.MaxTopicLength);
                    break;
            }
        }

        return new SubscriptionChange(topic, subscribe);
    }

    private void ReadControl(ReadOnlySpan<byte> encoded)
    {
        var fields = new FieldReader(encoded);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    Add(_have, ReadIHave(fields.Bytes()), limits.MaxControlPerRpc, "IHAVE messages");
                    break;
                case 2:
                    ReadIWant(fields.Bytes());
                    break;
                case 3:
                    Add(_graft, ReadTopic(fields.Bytes()), limits.MaxControlPerRpc, "GRAFT messages");
                    break;
                case 4:
                    Add(_prune, ReadPrune(fields.Bytes()), limits.MaxControlPerRpc, "PRUNE messages");
                    break;
            }
        }
    }

    private IHave ReadIHave(ReadOnlySpan<byte> encoded)
    {
        string topic = "";
        var ids = new List<MessageId>();
        var fields = new FieldReader(encoded);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    topic = fields.Text(limits.MaxTopicLength);
                    break;
                case 2:
                    if (++_haveIds > limits.MaxIdsPerRpc)
                    {
                        throw new MessageException($"The RPC advertises more than {limits.MaxIdsPerRpc} messages.");
                    }

                    ids.Add(ReadId(fields.Bytes()));
                    break;
            }
        }

        return new IHave(topic, ids);
    }

    private void ReadIWant(ReadOnlySpan<byte> encoded)
    {
        var fields = new FieldReader(encoded);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                ThrowIfFull(_want, limits.MaxIdsPerRpc, "wanted messages");
                _want.Add(ReadId(fields.Bytes()));
            }
        }
    }

    private string ReadTopic(ReadOnlySpan<byte> encoded)
    {
        string topic = "";
        var fields = new FieldReader(encoded);
        while (fields.Next())
        {
            if (fields.Field == 1)
            {
                topic = fields.Text(limits.MaxTopicLength);
            }
        }

        return topic;
    }

    private Prune ReadPrune(ReadOnlySpan<byte> encoded)
    {
        string topic = "";
        TimeSpan? backoff = null;
        var peers = new List<ExchangedPeer>();
        var fields = new FieldReader(encoded);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    topic = fields.Text(limits.MaxTopicLength);
                    break;
                case 2:
                    ThrowIfFull(peers, limits.MaxExchangedPeers, "exchanged peers");
                    if (ReadPeer(fields.Bytes()) is { } peer)
                    {
                        peers.Add(peer);
                    }

                    break;
                case 3:
                    // What is beyond the limit is cut there, before it could overflow a time span.
                    backoff = TimeSpan.FromSeconds(Math.Min(fields.Number(), (ulong)limits.MaxBackoff.TotalSeconds));
                    break;
            }
        }

        return new Prune(topic, peers, backoff);
    }

    // A peer that this node could never know by its id is left out; the others may still be of use.
    private ExchangedPeer? ReadPeer(ReadOnlySpan<byte> encoded)
    {
        PeerId? peer = null;
        byte[] record = [];
        var fields = new FieldReader(encoded);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1 when PeerId.TryParse(fields.Bytes(), out PeerId id):
                    peer = id;
                    break;
                case 2 when fields.Bytes().Length <= limits.MaxPeerRecordLength:
                    record = fields.Bytes().ToArray();
                    break;
            }
        }

        return peer is null ? null : new ExchangedPeer(peer, record);
    }

    private MessageId ReadId(ReadOnlySpan<byte> bytes) => bytes.Length <= limits.MaxMessageIdLength
        ? new MessageId(bytes)
        : throw new MessageException(
            $"A message id has {bytes.Length} bytes; {limits.MaxMessageIdLength} are allowed.");

    private static void Add<T>(List<T> list, T item, int limit, string what)
    {
        ThrowIfFull(list, limit, what);
        list.Add(item);
    }

    private static void ThrowIfFull<T>(List<T> list, int limit, string what)
    {
        if (list.Count >= limit)
        {
            throw new MessageException($"The RPC has more than {limit} {what}.");
        }
    }
}
