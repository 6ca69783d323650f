using System.Buffers;
using System.Text;
using Infernet.Core.Multiformats;

namespace Infernet.Libp2p.GossipSub.Wire;

/// <summary>Writes the fields of one protobuf message.</summary>
internal sealed class FieldWriter
{
    private const int BytesType = 2;

    private readonly ArrayBufferWriter<byte> _output = new();

    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    public int Length => _output.WrittenCount;

    public FieldWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint.Write(_output, ((uint)field << 3) | BytesType);
        Varint.Write(_output, (ulong)value.Length);
        _output.Write(value);
        return this;
    }

    /// <summary>Writes nothing for null: the field is then absent, not empty.</summary>
    public FieldWriter Bytes(int field, byte[]? value) => value is null ? this : Bytes(field, value.AsSpan());

    public FieldWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public FieldWriter Number(int field, ulong value)
    {
        Varint.Write(_output, (uint)field << 3);
        Varint.Write(_output, value);
        return this;
    }

    public FieldWriter Message(int field, FieldWriter message) => Bytes(field, message.Written);

    /// <summary>Appends fields that are encoded already.</summary>
    public FieldWriter Raw(ReadOnlySpan<byte> fields)
    {
        _output.Write(fields);
        return this;
    }

    /// <summary>The message behind its length, as it travels on a stream.</summary>
    public byte[] ToFrame()
    {
        byte[] frame = new byte[Varint.Size((ulong)Length) + Length];
        Written.CopyTo(frame.AsSpan(Varint.Write(frame, (ulong)Length)));
        return frame;
    }
}
