using System.Buffers;
using Infernet.ContentStore.Dag;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Messages;

namespace Infernet.ContentStore.Exchange;

/// <summary>
/// The one message that carries data, encoded and parsed by hand so that a block's bytes go from the file to the wire
/// and from the wire to the file without an object of a megabyte between. Fields come in the order of their numbers.
/// </summary>
internal readonly record struct BlockMessage(BlockHash Hash, bool IsMissing, ReadOnlyMemory<byte> Data)
{
    /// <summary>The longest message of the protocol: a block of the largest size and what stands around it.</summary>
    public const int MaxMessageSize = DagLimits.MaxBlockSize + (64 << 10);

    /// <summary>How every message with a block begins: ChunkMessage.block.</summary>
    public const byte Tag = (5 << 3) | 2;

    private const byte CidTag = (1 << 3) | 2;
    private const byte MissingTag = 2 << 3;
    private const byte DataTag = (3 << 3) | 2;

    /// <summary>Writes all of a message but its data, which the caller appends.</summary>
    public static void WriteHeader(IBufferWriter<byte> output, Cid cid, int dataLength)
    {
        byte[] name = cid.ToBytes();
        int body = Field(name.Length) + Field(dataLength);
        WriteStart(output, name, body);
        Varint.Write(output, DataTag);
        Varint.Write(output, (ulong)dataLength);
    }

    /// <summary>Writes a whole message that says there is no such block here.</summary>
    public static void WriteMissing(IBufferWriter<byte> output, Cid cid)
    {
        byte[] name = cid.ToBytes();
        WriteStart(output, name, Field(name.Length) + 2);
        output.Write<byte>([MissingTag, 1]);
    }

    /// <summary>Parses a message that begins with <see cref="Tag"/>; the data stays where it is.</summary>
    /// <exception cref="MessageException">It is not a block message.</exception>
    public static BlockMessage Parse(ReadOnlyMemory<byte> message)
    {
        ReadOnlyMemory<byte> rest = message[1..];
        ReadOnlyMemory<byte> body = TakeBytes(ref rest);
        if (!rest.IsEmpty)
        {
            throw Broken("something follows the block");
        }

        var parsed = new BlockMessage(default, false, default);
        bool named = false;
        while (!body.IsEmpty)
        {
            byte tag = body.Span[0];
            body = body[1..];
            switch (tag)
            {
                case CidTag when !named:
                    named = Cid.TryParse(TakeBytes(ref body).Span, out Cid cid) & BlockHash.TryFrom(cid, out BlockHash hash);
                    parsed = parsed with { Hash = hash };
                    break;
                case MissingTag when !body.IsEmpty && body.Span[0] == 1:
                    body = body[1..];
                    parsed = parsed with { IsMissing = true };
                    break;
                case DataTag:
                    parsed = parsed with { Data = TakeBytes(ref body) };
                    break;
                default:
                    throw Broken($"field {tag >> 3} is unknown, repeated or out of range");
            }
        }

        return named ? parsed : throw Broken("its CID is none that this protocol uses");
    }

    private static void WriteStart(IBufferWriter<byte> output, byte[] cid, int body)
    {
        Varint.Write(output, (ulong)Field(body));
        Varint.Write(output, Tag);
        Varint.Write(output, (ulong)body);
        Varint.Write(output, CidTag);
        Varint.Write(output, (ulong)cid.Length);
        output.Write(cid);
    }

    private static int Field(int length) => 1 + Varint.Size((ulong)length) + length;

    private static ReadOnlyMemory<byte> TakeBytes(ref ReadOnlyMemory<byte> from)
    {
        if (Varint.Read(from.Span, out ulong length, out int prefix) != OperationStatus.Done
            || length > (ulong)(from.Length - prefix))
        {
            throw Broken("a length goes beyond its end");
        }

        ReadOnlyMemory<byte> taken = from.Slice(prefix, (int)length);
        from = from[(prefix + (int)length)..];
        return taken;
    }

    private static MessageException Broken(string what) => new($"The peer's block message is broken: {what}.");
}
