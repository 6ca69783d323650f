using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Infernet.Core.Schemas;

namespace Infernet.Execution.Challenges;

/// <summary>
/// Checks matmul-int8 as Freivalds does (IFIP 1977): with a random vector r, C·r must be A·(B·r), which costs 2n²
/// instead of n³. All in 64-bit arithmetic that wraps. A row of C that is wrong in any entry passes with probability
/// at most 2^-33: its error is below 2^32, so after dividing by the largest power of two in it, at most 2^31, an odd
/// entry remains, and times a uniform r it is uniform modulo 2^33 or more. That r and the rows are drawn after the
/// commitment is what ties the answer to it: who knows r can compute A·(B·r) without C, but not open a row that was
/// not there. Of f·n wrong rows all k opened ones are right with probability (1−f)^k.
/// </summary>
internal sealed class MatrixCheck(ChallengeShape shape) : IChallengeCheck
{
    private readonly int _size = (int)shape.Size;

    public long Operations { get; private set; }

    public double WorkPerRound => 2.0 * _size * _size * _size;

    /// <summary>The vector r of an opening.</summary>
    public static long[] Vector(ReadOnlySpan<byte> openingSeed, int size)
    {
        var stream = new SeedStream(openingSeed, "vector");
        var vector = new long[size];
        for (int i = 0; i < size; i++)
        {
            vector[i] = (long)stream[(ulong)i].Low;
        }

        return vector;
    }

    /// <summary>The rows that an opening asks for.</summary>
    public static IReadOnlyList<int> Drawn(ReadOnlySpan<byte> openingSeed, ChallengeShape shape) =>
        new SeedStream(openingSeed, "leaves").DrawDistinct(shape.Openings, (int)shape.Size);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Dot(ReadOnlySpan<int> row, ReadOnlySpan<long> vector)
    {
        long sum = 0;
        for (int i = 0; i < row.Length; i++)
        {
            sum += row[i] * vector[i];
        }

        return sum;
    }

    /// <summary>SHA-256 of the products as 64-bit little-endian numbers.</summary>
    public static byte[] HashOf(ReadOnlySpan<long> products) => SHA256.HashData(MemoryMarshal.AsBytes(products));

    public string? FindFault(
        ReadOnlySpan<byte> roundSeed, ReadOnlySpan<byte> root, ReadOnlySpan<byte> openingSeed, ChallengeAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        IReadOnlyList<int> drawn = Drawn(openingSeed, shape);
        if (answer.Leaves.Count != drawn.Count)
        {
            return $"opens {answer.Leaves.Count} rows, {drawn.Count} were drawn";
        }

        for (int i = 0; i < drawn.Count; i++)
        {
            ChallengeLeaf leaf = answer.Leaves[i];
            ReadOnlyMemory<byte>[] path = [.. leaf.Path.Select(h => h.Memory)];
            if (leaf.Data.Length != _size * sizeof(int)
                || !MerkleTree.Holds(root, _size, drawn[i], leaf.Data.Span, path))
            {
                return $"row {drawn[i]} is not the one that was committed to";
            }
        }

        long[] vector = Vector(openingSeed, _size);
        long[] products = Products(new MatrixFactors(roundSeed, _size), vector);
        for (int i = 0; i < drawn.Count; i++)
        {
            Operations += _size;
            if (Dot(MemoryMarshal.Cast<byte, int>(answer.Leaves[i].Data.Span), vector) != products[drawn[i]])
            {
                return $"row {drawn[i]} of the product is wrong";
            }
        }

        return answer.ProductHash.Span.SequenceEqual(HashOf(products)) ? null : "the product is wrong";
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long[] Products(MatrixFactors factors, long[] vector)
    {
        var inner = new long[_size];
        var line = new byte[_size];
        long offset = 0;
        for (int column = 0; column < _size; column++)
        {
            factors.RaisedColumn(column, line);
            offset += vector[column] * MatrixFactors.Offset;
            Accumulate(line, vector[column], inner);
        }

        for (int i = 0; i < _size; i++)
        {
            inner[i] -= offset;
        }

        var products = new long[_size];
        for (int row = 0; row < _size; row++)
        {
            factors.Row(row, line);
            long sum = 0;
            for (int i = 0; i < line.Length; i++)
            {
                sum += line[i] * inner[i];
            }

            products[row] = sum;
        }

        Operations += 2L * _size * _size;
        return products;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Accumulate(ReadOnlySpan<byte> line, long factor, Span<long> sums)
    {
        for (int i = 0; i < line.Length; i++)
        {
            sums[i] += line[i] * factor;
        }
    }
}
