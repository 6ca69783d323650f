using Infernet.Libp2p.Messages;

namespace Infernet.Libp2p.GossipSub.Wire;

/// <summary>
/// A published message, field by field as it travels; null stands for an absent field. Immutable.
/// Source: pubsub specification, "The Message".
/// </summary>
internal sealed record WireMessage
{
    public byte[]? From { get; init; }

    public byte[]? Data { get; init; }

    public byte[]? SequenceNumber { get; init; }

    public string? Topic { get; init; }

    public byte[]? Signature { get; init; }

    public byte[]? Key { get; init; }

    /// <summary>Fields that a later version may know: the signature covers them, so they travel along.</summary>
    public byte[] Unknown { get; init; } = [];

    /// <summary>Reads one message.</summary>
    /// <exception cref="MessageException">The bytes are no message.</exception>
    public static WireMessage Read(ReadOnlySpan<byte> encoded, GossipSubLimits limits)
    {
        byte[]? from = null, data = null, sequence = null, signature = null, key = null;
        string? topic = null;
        var unknown = new FieldWriter();
        var fields = new FieldReader(encoded);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    from = fields.Bytes().ToArray();
                    break;
                case 2:
                    data = fields.Bytes().ToArray();
                    break;
                case 3:
                    sequence = fields.Bytes().ToArray();
                    break;
                case 4:
                    topic = fields.Text(limits.MaxTopicLength);
                    break;
                case 5:
                    signature = fields.Bytes().ToArray();
                    break;
                case 6:
                    key = fields.Bytes().ToArray();
                    break;
                default:
                    unknown.Raw(fields.Raw);
                    break;
            }
        }

        return new WireMessage
        {
            From = from, Data = data, SequenceNumber = sequence, Topic = topic, Signature = signature, Key = key,
            Unknown = unknown.Written.ToArray(),
        };
    }

    /// <summary>The message in protobuf, fields in ascending order.</summary>
    public FieldWriter Encode()
    {
        FieldWriter output = EncodeStart();
        return output.Bytes(5, Signature).Bytes(6, Key).Raw(Unknown);
    }

    /// <summary>
    /// What is signed: the message without signature and key. The specification names only the signature, but
    /// go-libp2p, rust-libp2p and js-libp2p all leave out the key as well.
    /// </summary>
    public FieldWriter EncodeSigned() => EncodeStart().Raw(Unknown);

    private FieldWriter EncodeStart()
    {
        FieldWriter output = new FieldWriter().Bytes(1, From).Bytes(2, Data).Bytes(3, SequenceNumber);
        return Topic is null ? output : output.Text(4, Topic);
    }
}
