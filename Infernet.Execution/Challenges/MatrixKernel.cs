using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Infernet.Execution.Challenges;

/// <summary>
/// Multiplies unsigned by signed bytes into 32-bit sums, by the widest dot-product instruction that the runtime offers:
/// AVX-VNNI, else AVX2's multiply-add, else ARM's dot product. A tile of 6 rows and 16 columns stays in registers.
/// </summary>
internal static unsafe class MatrixKernel
{
    /// <summary>Rows of a tile; a block of rows must have at least so many.</summary>
    public const int TileRows = 6;

    /// <summary>Columns of a tile, which is also the width of a panel of B.</summary>
    public const int TileColumns = 16;

    private const int Half = TileColumns / 2;
    private const int StepBytes = TileColumns * MatrixFactors.EntriesPerWord;

    /// <summary>Multiplies a block of rows of A with one panel of B.</summary>
    /// <param name="a">First row of the block; rows lie <paramref name="size"/> bytes apart.</param>
    /// <param name="rows">Rows of the block.</param>
    /// <param name="panel">The panel, as <see cref="MatrixFactors.Panel"/> writes it.</param>
    /// <param name="c">Where the first row of the result begins; rows lie <paramref name="size"/> sums apart.</param>
    /// <param name="size">Rows and columns of each matrix.</param>
    public static void Multiply(byte* a, int rows, sbyte* panel, int* c, int size)
    {
        for (int row = 0; row < rows; row += TileRows)
        {
            // The last tile reaches back over rows that are done: the same sums are written once more.
            int first = Math.Min(row, rows - TileRows);
            Tile(a + (nint)first * size, panel, c + (nint)first * size, size);
        }
    }

    // Optimised at once: the tiers of the compiler would make the first challenge slow.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(byte* a, sbyte* panel, int* c, int size)
    {
        Vector256<int> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector256<int> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        byte* end = a + size;
        for (; a < end; a += MatrixFactors.EntriesPerWord, panel += StepBytes)
        {
            Vector256<sbyte> left = Vector256.Load(panel);
            Vector256<sbyte> right = Vector256.Load(panel + StepBytes / 2);
            Vector256<byte> x = Spread(a);
            (c00, c01) = (Dot(c00, x, left), Dot(c01, x, right));
            x = Spread(a + size);
            (c10, c11) = (Dot(c10, x, left), Dot(c11, x, right));
            x = Spread(a + 2 * size);
            (c20, c21) = (Dot(c20, x, left), Dot(c21, x, right));
            x = Spread(a + 3 * size);
            (c30, c31) = (Dot(c30, x, left), Dot(c31, x, right));
            x = Spread(a + 4 * size);
            (c40, c41) = (Dot(c40, x, left), Dot(c41, x, right));
            x = Spread(a + 5 * size);
            (c50, c51) = (Dot(c50, x, left), Dot(c51, x, right));
        }

        Store(c, c00, c01);
        Store(c + size, c10, c11);
        Store(c + 2 * size, c20, c21);
        Store(c + 3 * size, c30, c31);
        Store(c + 4 * size, c40, c41);
        Store(c + 5 * size, c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Spread(byte* word) => Vector256.Create(*(uint*)word).AsByte();

    private static void Store(int* c, Vector256<int> left, Vector256<int> right)
    {
        left.Store(c);
        right.Store(c + Half);
    }

    // Each 32-bit lane gains the sum of its four products. Products are below 2^13, so that no pair of them saturates.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Dot(Vector256<int> sum, Vector256<byte> x, Vector256<sbyte> y)
    {
        if (AvxVnni.IsSupported)
        {
            return AvxVnni.MultiplyWideningAndAdd(sum, x, y);
        }

        if (Avx2.IsSupported)
        {
            return sum + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, y), Vector256<short>.One);
        }

        return Dp.IsSupported
            ? Vector256.Create(
                Dp.DotProduct(sum.GetLower(), x.AsSByte().GetLower(), y.GetLower()),
                Dp.DotProduct(sum.GetUpper(), x.AsSByte().GetUpper(), y.GetUpper()))
            : DotAnywhere(sum, x, y);
    }

    /// <summary>The same on any machine.</summary>
    internal static Vector256<int> DotAnywhere(Vector256<int> sum, Vector256<byte> x, Vector256<sbyte> y)
    {
        Vector256<int> result = sum;
        for (int shift = 0; shift < 32; shift += 8)
        {
            Vector256<int> a = (x.AsInt32() << (24 - shift)) >>> 24;
            Vector256<int> b = (y.AsInt32() << (24 - shift)) >> 24;
            result += a * b;
        }

        return result;
    }
}
