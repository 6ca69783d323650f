using Infernet.Solana.Keys;

namespace Infernet.Solana.Transactions;

/// <summary>Reads a transaction's parts from untrusted bytes; every read checks what is left first.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly int Remaining => _bytes.Length - _at;

    public byte Byte(string what) => Take(1, what)[0];

    public readonly byte Peek() => Remaining > 0 ? _bytes[_at] : (byte)0;

    public Address Address(string what) => new(Take(Keys.Address.Length, what));

    /// <summary>
    /// A count of items that take at least <paramref name="itemLength"/> bytes each, so it can't lie.
    /// </summary>
    public int Count(string what, int itemLength)
    {
        if (!CompactU16.TryRead(_bytes[_at..], out int count, out int length))
        {
            throw new TransactionFormatException($"The number of {what} at byte {_at} is no compact-u16.");
        }

        _at += length;
        return (long)count * itemLength <= Remaining
            ? count
            : throw new TransactionFormatException($"{count} {what} are announced, but {Remaining} bytes are left.");
    }

    public byte[] Bytes(string what) => Take(Count($"bytes of {what}", 1), what).ToArray();

    public ReadOnlySpan<byte> Take(int length, string what)
    {
        if (Remaining < length)
        {
            throw new TransactionFormatException(
                $"Cut off at byte {_at}: {what} needs {length}, {Remaining} are left.");
        }

        _at += length;
        return _bytes.Slice(_at - length, length);
    }
}
