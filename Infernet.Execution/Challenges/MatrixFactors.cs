using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Infernet.Execution.Challenges;

/// <summary>
/// The two factors of a matmul-int8 challenge, as functions of its seed. Entries of A are 0 to 127, those of B −64 to
/// 63: within these bounds every int8 multiply instruction there is computes the product exactly, in any order of
/// summation (|c| ≤ n · 127 · 64 &lt; 2^31 for every n allowed), so that all machines agree to the bit. Four entries
/// along the inner dimension make one 32-bit word; a line (a row of A, a column of B) has a key of its own.
/// </summary>
internal sealed class MatrixFactors
{
    /// <summary>Entries in one word.</summary>
    public const int EntriesPerWord = 4;

    /// <summary>What is subtracted from the seven random bits of an entry of B.</summary>
    public const int Offset = 64;

    private const uint SevenBits = 0x7F7F7F7F;
    private const uint Offsets = 0x40404040;
    private const uint Step = 0x9E3779B9;
    private const uint First = 0x85EBCA6B;
    private const uint Second = 0xC2B2AE35;

    private readonly (ulong Low, ulong High)[] _rows;
    private readonly (ulong Low, ulong High)[] _columns;

    public MatrixFactors(ReadOnlySpan<byte> seed, int size)
    {
        Size = size;
        _rows = Keys(new SeedStream(seed, "matrix-a"), size);
        _columns = Keys(new SeedStream(seed, "matrix-b"), size);
    }

    /// <summary>Rows and columns of each matrix.</summary>
    public int Size { get; }

    /// <summary>Words in a line.</summary>
    public int Words => Size / EntriesPerWord;

    /// <summary>Writes a row of A: unsigned bytes.</summary>
    public void Row(int row, Span<byte> entries) => Line(_rows[row], MemoryMarshal.Cast<byte, uint>(entries));

    /// <summary>Writes a column of B as bytes that are <see cref="Offset"/> above the entries.</summary>
    public void RaisedColumn(int column, Span<byte> entries) =>
        Line(_columns[column], MemoryMarshal.Cast<byte, uint>(entries));

    /// <summary>
    /// Writes neighbouring columns of B as the kernel reads them: for each place along the columns one word of each.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Panel(int firstColumn, int columns, Span<sbyte> entries)
    {
        Span<uint> words = MemoryMarshal.Cast<sbyte, uint>(entries);
        Span<uint> low = stackalloc uint[columns];
        Span<uint> high = stackalloc uint[columns];
        for (int i = 0; i < columns; i++)
        {
            (low[i], high[i]) = ((uint)_columns[firstColumn + i].Low, (uint)_columns[firstColumn + i].High);
        }

        int width = Math.Min(Vector<uint>.Count, columns);
        for (int word = 0; word < Words; word++)
        {
            for (int i = 0; i < columns; i += width)
            {
                Vector<uint> mixed = Mix(
                    new Vector<uint>((uint)word), new Vector<uint>(low[i..]), new Vector<uint>(high[i..]));
                Vector<sbyte> signed = (mixed & new Vector<uint>(SevenBits)).As<uint, sbyte>()
                    - new Vector<uint>(Offsets).As<uint, sbyte>();
                signed.As<sbyte, uint>().CopyTo(words[(word * columns + i)..]);
            }
        }
    }

    private static (ulong Low, ulong High)[] Keys(SeedStream stream, int size)
    {
        var keys = new (ulong, ulong)[size];
        for (int i = 0; i < size; i++)
        {
            keys[i] = stream[(ulong)i];
        }

        return keys;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Line((ulong Low, ulong High) key, Span<uint> words)
    {
        var low = new Vector<uint>((uint)key.Low);
        var high = new Vector<uint>((uint)key.High);
        Vector<uint> place = Vector<uint>.Indices;
        for (int i = 0; i < words.Length; i += Vector<uint>.Count)
        {
            (Mix(place, low, high) & new Vector<uint>(SevenBits)).CopyTo(words[i..]);
            place += new Vector<uint>((uint)Vector<uint>.Count);
        }
    }

    // Two rounds of the finaliser of MurmurHash3 with a key in each: cheap in SIMD, and without structure that would
    // shorten the product. It need not resist anybody who wants to predict it: the seed is known anyway.
    private static Vector<uint> Mix(Vector<uint> place, Vector<uint> low, Vector<uint> high)
    {
        Vector<uint> x = place * Step + low;
        x ^= x >> 16;
        x *= First;
        x ^= (x >> 13) + high;
        x *= Second;
        return x ^ (x >> 16);
    }
}
