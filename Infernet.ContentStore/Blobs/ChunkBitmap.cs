using System.Numerics;

namespace Infernet.ContentStore.Blobs;

/// <summary>Which leaves of a file are here. Bits are set from several threads and read without a lock.</summary>
internal sealed class ChunkBitmap(int count)
{
    private readonly uint[] _words = new uint[(count + 31) / 32];

    public int Count { get; } = count;

    public int SetCount => _words.Sum(word => BitOperations.PopCount(Volatile.Read(ref word)));

    public bool this[int i] => (Volatile.Read(ref _words[i >> 5]) >> (i & 31) & 1) != 0;

    /// <summary>Sets bit i; false if it was set.</summary>
    public bool Set(int i) => (Interlocked.Or(ref _words[i >> 5], 1u << (i & 31)) >> (i & 31) & 1) == 0;

    public void Clear(int i) => Interlocked.And(ref _words[i >> 5], ~(1u << (i & 31)));

    /// <summary>The bits as bytes, least significant first: how they stand on the wire.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength(Count)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(Volatile.Read(ref _words[i >> 2]) >> ((i & 3) * 8));
        }

        return bytes;
    }

    /// <summary>Reads bits from the wire; null if there are not as many bytes as <paramref name="count"/> bits need.</summary>
    public static ChunkBitmap? FromBytes(ReadOnlySpan<byte> bytes, int count)
    {
        if (bytes.Length != ByteLength(count))
        {
            return null;
        }

        var map = new ChunkBitmap(count);
        for (int i = 0; i < count; i++)
        {
            if ((bytes[i >> 3] >> (i & 7) & 1) != 0)
            {
                map.Set(i);
            }
        }

        return map;
    }

    private static int ByteLength(int count) => (count + 7) / 8;
}
