using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Infernet.ContentStore.Chunking;

/// <summary>
/// Finds where a file is cut by looking at its bytes, so that an insertion moves the cuts near it and no others.
/// Gear hash with normalised chunking, after Xia et al., "FastCDC" (USENIX ATC 2016): up to the average size a cut
/// must meet a hard condition, beyond it an easy one, and the bytes before the minimum are skipped. Unlike the paper
/// the hash always covers the last 64 bytes, so that it does not depend on where the chunk began and several
/// stretches can be searched at once. Pure and thread-safe.
/// </summary>
internal sealed class Chunker
{
    /// <summary>How many bytes a Gear hash remembers: each shift by one forgets one of 64.</summary>
    private const int Window = 64;

    /// <summary>Four stretches of this size are hashed side by side, since one hash waits for its own last step.</summary>
    private const int Stretch = 4 << 10;

    private readonly ChunkerOptions _options;
    private readonly ulong _hardBelow;
    private readonly ulong _easyBelow;

    public Chunker(ChunkerOptions options)
    {
        options.Validate();
        _options = options;
        // Two bits harder before the average, two easier after it: the paper's "normalisation level 2".
        int bits = BitOperations.Log2((uint)options.AverageSize) - 1;
        _hardBelow = 1UL << (64 - (bits + 2));
        _easyBelow = 1UL << (64 - (bits - 2));
    }

    /// <summary>How many bytes <see cref="FindCut"/> must see, unless the file ends before.</summary>
    public int MaxSize => _options.MaxSize;

    /// <summary>
    /// The length of the chunk that begins with <paramref name="data"/>, which reaches to the file's end or has at
    /// least <see cref="MaxSize"/> bytes.
    /// </summary>
    public int FindCut(ReadOnlySpan<byte> data)
    {
        if (data.Length <= _options.MinSize)
        {
            return data.Length;
        }

        int end = Math.Min(data.Length, _options.MaxSize);
        int average = Math.Min(end, _options.AverageSize);
        int cut = Search(data, _options.MinSize, average, _hardBelow);
        return cut > 0 ? cut : Search(data, average, end, _easyBelow) is > 0 and int later ? later : end;
    }

    // The first position in (from, to] whose 64 bytes before it hash below the limit; 0 if there is none.
    private static int Search(ReadOnlySpan<byte> data, int from, int to, ulong below)
    {
        int at = from;
        for (; to - at >= 4 * Stretch; at += 4 * Stretch)
        {
            if (AnyBelow(data, at, below))
            {
                return SearchOne(data, at, to, below);
            }
        }

        return SearchOne(data, at, to, below);
    }

    private static int SearchOne(ReadOnlySpan<byte> data, int from, int to, ulong below)
    {
        ref ulong gear = ref MemoryMarshal.GetArrayDataReference(GearTable.Words);
        ulong hash = HashBefore(data, from);
        for (int i = from; i < to; i++)
        {
            hash = (hash << 1) + Unsafe.Add(ref gear, data[i]);
            if (hash < below)
            {
                return i + 1;
            }
        }

        return 0;
    }

    private static bool AnyBelow(ReadOnlySpan<byte> data, int from, ulong below)
    {
        ref ulong gear = ref MemoryMarshal.GetArrayDataReference(GearTable.Words);
        ulong a = HashBefore(data, from);
        ulong b = HashBefore(data, from + Stretch);
        ulong c = HashBefore(data, from + (2 * Stretch));
        ulong d = HashBefore(data, from + (3 * Stretch));
        ref byte at = ref MemoryMarshal.GetReference(data.Slice(from, 4 * Stretch));
        for (int i = 0; i < Stretch; i++)
        {
            a = (a << 1) + Unsafe.Add(ref gear, Unsafe.Add(ref at, i));
            b = (b << 1) + Unsafe.Add(ref gear, Unsafe.Add(ref at, i + Stretch));
            c = (c << 1) + Unsafe.Add(ref gear, Unsafe.Add(ref at, i + (2 * Stretch)));
            d = (d << 1) + Unsafe.Add(ref gear, Unsafe.Add(ref at, i + (3 * Stretch)));
            if (a < below | b < below | c < below | d < below)
            {
                return true;
            }
        }

        return false;
    }

    private static ulong HashBefore(ReadOnlySpan<byte> data, int position)
    {
        ulong hash = 0;
        foreach (byte b in data[(position - Window)..position])
        {
            hash = (hash << 1) + GearTable.Words[b];
        }

        return hash;
    }
}
