using System.Buffers.Binary;
using Infernet.Solana.Keys;

namespace Infernet.Solana.Programs;

/// <summary>Puts an instruction's data together: little-endian numbers, addresses, bytes.</summary>
internal sealed class InstructionData
{
    private readonly List<byte> _bytes = [];

    public InstructionData Byte(byte value)
    {
        _bytes.Add(value);
        return this;
    }

    public InstructionData UInt16(ushort value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        return Bytes(bytes);
    }

    public InstructionData UInt32(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Bytes(bytes);
    }

    public InstructionData UInt64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return Bytes(bytes);
    }

    public InstructionData Int64(long value) => UInt64(unchecked((ulong)value));

    public InstructionData Address(Address value) => Bytes(value.Span);

    public InstructionData Bytes(ReadOnlySpan<byte> value)
    {
        _bytes.AddRange(value);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];
}
