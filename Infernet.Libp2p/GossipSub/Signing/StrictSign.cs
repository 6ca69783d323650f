using System.Buffers.Binary;
using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Wire;

namespace Infernet.Libp2p.GossipSub.Signing;

/// <summary>
/// The signature policy of this node: every message names its author, has a number, and is signed; all others are
/// refused. Source: pubsub specification, "Message Signing".
/// </summary>
internal static class StrictSign
{
    /// <summary>The length of a sequence number, in bytes.</summary>
    private const int SequenceLength = 8;

    private static ReadOnlySpan<byte> Prefix => "libp2p-pubsub:"u8;

    /// <summary>
    /// Makes a message of this node. An Ed25519 key is part of the author's id, so it does not travel apart.
    /// </summary>
    public static WireMessage Sign(NodeIdentity author, string topic, ulong sequence, ReadOnlySpan<byte> data)
    {
        byte[] number = new byte[SequenceLength];
        BinaryPrimitives.WriteUInt64BigEndian(number, sequence);
        var message = new WireMessage
        {
            From = author.Id.ToBytes(), Data = data.ToArray(), SequenceNumber = number, Topic = topic,
        };
        return message with { Signature = author.Sign(SignedBytes(message)) };
    }

    /// <summary>Reads who a message is from and what it says, everything but the signature being checked.</summary>
    public static StrictSignResult TryOpen(WireMessage wire, out GossipMessage message, out byte[] publicKey)
    {
        message = null!;
        publicKey = [];

        // "Enforce the fields to be present, reject otherwise."
        if (wire.From is null
            || wire.SequenceNumber is not { Length: SequenceLength } number
            || wire.Signature is null
            || wire.Topic is null
            || !PeerId.TryParse(wire.From, out PeerId author))
        {
            return StrictSignResult.Refused;
        }

        // "When present, it must match the peer ID."
        if (wire.Key is { Length: > 0 } key && PeerId.FromPublicKey(key) != author)
        {
            return StrictSignResult.Refused;
        }

        bool isEd25519 = author.TryGetEd25519(out publicKey)
            || (wire.Key is not null && PublicKeys.TryDecodeEd25519(wire.Key, out publicKey));
        if (!isEd25519)
        {
            return wire.Key is { Length: > 0 } ? StrictSignResult.Unsupported : StrictSignResult.Refused;
        }

        message = new GossipMessage(
            author, BinaryPrimitives.ReadUInt64BigEndian(number), wire.Topic, wire.Data ?? []);
        return StrictSignResult.Opened;
    }

    /// <summary>Whether the signature is the key's.</summary>
    public static bool IsSigned(WireMessage wire, ReadOnlySpan<byte> publicKey) =>
        Ed25519.Verify(publicKey, SignedBytes(wire), wire.Signature);

    private static byte[] SignedBytes(WireMessage wire) => [.. Prefix, .. wire.EncodeSigned().Written];
}
