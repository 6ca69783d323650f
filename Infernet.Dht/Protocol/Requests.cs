using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Kad;
using static Infernet.Core.Schemas.Kad.Message.Types;

namespace Infernet.Dht.Protocol;

/// <summary>The messages that this node sends. Each may be sent to many peers and must not be changed.</summary>
internal static class Requests
{
    public static Message FindNode(ReadOnlySpan<byte> key) => Of(MessageType.FindNode, key);

    public static Message GetValue(ReadOnlySpan<byte> key) => Of(MessageType.GetValue, key);

    public static Message GetProviders(ReadOnlySpan<byte> key) => Of(MessageType.GetProviders, key);

    public static Message PutValue(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Message message = Of(MessageType.PutValue, key);
        message.Record = new Record { Key = message.Key, Value = ByteString.CopyFrom(value) };
        return message;
    }

    public static Message AddProvider(ReadOnlySpan<byte> key, PeerId self, IEnumerable<Multiaddr> addresses)
    {
        Message message = Of(MessageType.AddProvider, key);
        message.ProviderPeers.Add(PeerCodec.Encode(self, addresses));
        return message;
    }

    private static Message Of(MessageType type, ReadOnlySpan<byte> key) =>
        new() { Type = type, Key = ByteString.CopyFrom(key) };
}
