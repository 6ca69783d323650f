namespace Infernet.Solana.Transactions;

/// <summary>Solana's length prefix: a 16-bit number in one to three bytes of seven bits, shortest form only.</summary>
internal static class CompactU16
{
    public static void Write(List<byte> to, int value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)value, (uint)ushort.MaxValue, nameof(value));
        for (; value >= 0x80; value >>= 7)
        {
            to.Add((byte)(value | 0x80));
        }

        to.Add((byte)value);
    }

    /// <summary>Reads one number; false if it is cut off, too long, over 65,535, or not in its shortest form.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, out int value, out int length)
    {
        value = 0;
        for (length = 0; length < 3 && length < from.Length;)
        {
            byte part = from[length];
            value |= (part & 0x7f) << (7 * length);
            length++;
            if (part < 0x80)
            {
                return value <= ushort.MaxValue && (part != 0 || length == 1);
            }
        }

        return false;
    }
}
