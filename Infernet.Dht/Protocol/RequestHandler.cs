using System.Globalization;
using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Kad;
using Infernet.Dht.Keys;
using Infernet.Dht.Providers;
using Infernet.Dht.Records;
using Infernet.Dht.Routing;
using static Infernet.Core.Schemas.Kad.Message.Types;

namespace Infernet.Dht.Protocol;

/// <summary>
/// Answers the requests of others from this node's routing table and stores: a request in, an answer (or none) out.
/// No I/O; thread-safe as its parts are. Source: https://github.com/libp2p/specs/blob/master/kad-dht/README.md,
/// "RPC messages".
/// </summary>
internal sealed class RequestHandler(
    RoutingTable table, RecordStore records, ProviderStore providers, PeerDirectory directory, PeerCodec codec, int k,
    MessageLimits limits)
{
    /// <summary>Serves one request.</summary>
    /// <exception cref="KadViolationException">The request breaks a rule.</exception>
    public Message? Handle(PeerId sender, Message request) => request.Type switch
    {
        MessageType.FindNode => FindNode(sender, request),
        MessageType.GetValue => GetValue(sender, request),
        MessageType.PutValue => PutValue(sender, request),
        MessageType.GetProviders => GetProviders(sender, request),
        MessageType.AddProvider => AddProvider(sender, request),
        MessageType.Ping => new Message { Type = MessageType.Ping },
        _ => throw new KadViolationException($"{(int)request.Type} is no type of message"),
    };

    // "FIND_NODE": the closest peers that are known, and the peer itself, if it is known, even when it doesn't serve.
    private Message FindNode(PeerId sender, Message request)
    {
        CheckKey(request.Key, limits.MaxTargetLength);
        var answer = new Message { Type = MessageType.FindNode };
        if (PeerId.TryParse(request.Key.Span, out PeerId wanted) && wanted != sender && !table.Contains(KadKey.Of(wanted))
            && directory.Encode(wanted) is { } found)
        {
            answer.CloserPeers.Add(found);
        }

        AddCloser(answer, sender, request.Key);
        return answer;
    }

    private Message GetValue(PeerId sender, Message request)
    {
        CheckKey(request.Key, limits.MaxTargetLength);
        var answer = new Message { Type = MessageType.GetValue, Key = request.Key };
        if (records.Get(request.Key.Span) is { } stored)
        {
            answer.Record = Encode(stored);
        }

        AddCloser(answer, sender, request.Key);
        return answer;
    }

    // "PUT_VALUE": validated before it is stored; the answer echoes the request, or shows the better value that is
    // kept here already.
    private Message PutValue(PeerId sender, Message request)
    {
        CheckKey(request.Key, limits.MaxTargetLength);
        if (request.Record is not { } record || record.Key != request.Key)
        {
            throw new KadViolationException("PUT_VALUE should carry a record under the message's own key");
        }

        PutOutcome outcome = records.Put(record.Key.Memory, record.Value.Memory, sender, out string reason);
        return outcome switch
        {
            PutOutcome.Stored => new Message { Type = MessageType.PutValue, Key = request.Key, Record = record },
            PutOutcome.Outdated => new Message
            {
                Type = MessageType.PutValue,
                Key = request.Key,
                Record = records.Get(request.Key.Span) is { } better ? Encode(better) : null,
            },
            _ => throw new KadViolationException($"the record is refused: {reason}"),
        };
    }

    private Message GetProviders(PeerId sender, Message request)
    {
        CheckProviderKey(request.Key);
        var answer = new Message { Type = MessageType.GetProviders, Key = request.Key };
        foreach (PeerInfo provider in providers.Get(request.Key.Span))
        {
            IReadOnlyList<Multiaddr> addresses = provider.Addresses.Count > 0
                ? provider.Addresses
                : directory.AddressesOf(provider.Id);
            answer.ProviderPeers.Add(PeerCodec.Encode(provider.Id, addresses));
        }

        AddCloser(answer, sender, request.Key);
        return answer;
    }

    // "ADD_PROVIDER": only the sender itself is recorded, and there is no answer.
    private Message? AddProvider(PeerId sender, Message request)
    {
        CheckProviderKey(request.Key);
        if (request.ProviderPeers.Count > limits.MaxAnnouncedPeers)
        {
            throw new KadViolationException(
                $"ADD_PROVIDER names {request.ProviderPeers.Count} peers; {limits.MaxAnnouncedPeers} are allowed");
        }

        PeerInfo announced = codec.Decode(request.ProviderPeers, limits.MaxAnnouncedPeers)
            .FirstOrDefault(p => p.Id == sender)
            ?? throw new KadViolationException("ADD_PROVIDER should name its sender as the provider");
        if (!providers.Add(request.Key.Span, sender, announced.Addresses))
        {
            throw new KadViolationException("there is no room for the provider record");
        }

        return null;
    }

    private void AddCloser(Message answer, PeerId sender, ByteString key)
    {
        KadKey target = KadKey.Of(key.Span);
        foreach (KadPeer peer in table.Closest(target, k, except: sender))
        {
            if (directory.Encode(peer.Id) is { } encoded)
            {
                answer.CloserPeers.Add(encoded);
            }
        }
    }

    private static Record Encode(StoredRecord stored) => new()
    {
        Key = ByteString.CopyFrom(stored.Key.Span),
        Value = ByteString.CopyFrom(stored.Value.Span),
        TimeReceived = stored.Received.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
    };

    private static void CheckKey(ByteString key, int limit)
    {
        if (key.Length == 0 || key.Length > limit)
        {
            throw new KadViolationException($"the key has {key.Length} bytes; it should have 1 to {limit}");
        }
    }

    // Provider keys are multihashes; the specification's text says CID, and both are around.
    private void CheckProviderKey(ByteString key)
    {
        CheckKey(key, limits.MaxProviderKeyLength);
        if (!Multihash.TryParse(key.Span, out _) && !Cid.TryParse(key.Span, out _))
        {
            throw new KadViolationException("the key of a provider record should be a multihash or a CID");
        }
    }
}
