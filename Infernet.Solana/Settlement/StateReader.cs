using System.Buffers.Binary;
using Infernet.Solana.Keys;

namespace Infernet.Solana.Settlement;

/// <summary>Reads the program's accounts field after field; the caller has checked tag and length.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _at;

    /// <summary>Whether the account is of this kind; then the reader stands behind the tag.</summary>
    public bool Is(ulong tag, int length) => _data.Length == length && UInt64() == tag;

    public Address Address() => new(Take(Keys.Address.Length));

    public byte[] Hash() => Take(32).ToArray();

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    public long Int64() => unchecked((long)UInt64());

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public byte Byte() => Take(1)[0];

    public Terms Terms() => new(UInt16(), UInt16(), UInt16(), Byte(), Byte());

    private ReadOnlySpan<byte> Take(int length)
    {
        _at += length;
        return _data.Slice(_at - length, length);
    }
}
