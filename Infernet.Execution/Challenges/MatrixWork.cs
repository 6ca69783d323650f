using System.Runtime.InteropServices;
using Google.Protobuf;
using Infernet.Core.Schemas;

namespace Infernet.Execution.Challenges;

/// <summary>
/// Computes matmul-int8: derives A and B from the round's seed, multiplies them on every lane, and commits to the rows
/// of C by a Merkle tree (a row is its sums as 32-bit little-endian numbers).
/// </summary>
internal sealed unsafe class MatrixWork(ChallengeShape shape) : IChallengeWork
{
    /// <summary>The smallest size, and what every size is a multiple of.</summary>
    public const int Granularity = 64;

    /// <summary>The largest size: 6 bytes an entry, 96 MiB.</summary>
    public const int MaxSize = 4_096;

    // So many rows of A stay in the second-level cache while the panels of B pass by.
    private const int BlockRows = 96;

    private readonly int _size = (int)shape.Size;
    private NativeBuffer? _a;
    private NativeBuffer? _b;
    private NativeBuffer? _c;
    private MerkleTree? _tree;

    public long Operations { get; private set; }

    public static string? FindProblem(ChallengeShape shape) =>
        shape.Size is < Granularity or > MaxSize || shape.Size % Granularity != 0
            ? $"the size must be a multiple of {Granularity}, at most {MaxSize}"
            : null;

    public void Prepare(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long entries = (long)_size * _size;
        _a = new NativeBuffer(entries);
        _b = new NativeBuffer(entries);
        _c = new NativeBuffer(entries * sizeof(int));
        // Page faults and the compiler's work belong before the clock.
        NativeMemory.Clear(_c.Pointer, (nuint)(entries * sizeof(int)));
        using var small = new MatrixWork(shape with { Size = Granularity });
        if (_size > Granularity)
        {
            small.Prepare(cancellationToken);
            small.Commit(new byte[SeedStream.SeedLength], cancellationToken);
        }
    }

    public byte[] Commit(ReadOnlySpan<byte> roundSeed, CancellationToken cancellationToken)
    {
        var factors = new MatrixFactors(roundSeed, _size);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = shape.Lanes, CancellationToken = cancellationToken };
        Parallel.For(0, _size / MatrixKernel.TileColumns, parallel, panel => factors.Panel(
            panel * MatrixKernel.TileColumns, MatrixKernel.TileColumns, new Span<sbyte>(Panel(panel), PanelLength)));
        var leaves = new byte[_size][];
        Parallel.For(0, (_size + BlockRows - 1) / BlockRows, parallel, block => MultiplyBlock(factors, block, leaves));
        Operations += (long)_size * _size * _size;
        _tree = new MerkleTree(leaves);
        return _tree.Root;
    }

    public ChallengeAnswer Open(ReadOnlySpan<byte> openingSeed)
    {
        long[] vector = MatrixCheck.Vector(openingSeed, _size);
        var products = new long[_size];
        for (int row = 0; row < _size; row++)
        {
            products[row] = MatrixCheck.Dot(Row(row), vector);
        }

        Operations += (long)_size * _size;
        var answer = new ChallengeAnswer { ProductHash = ByteString.CopyFrom(MatrixCheck.HashOf(products)) };
        foreach (int row in MatrixCheck.Drawn(openingSeed, shape))
        {
            var leaf = new ChallengeLeaf { Data = ByteString.CopyFrom(MemoryMarshal.AsBytes(Row(row))) };
            leaf.Path.AddRange(_tree!.PathOf(row).Select(h => ByteString.CopyFrom(h)));
            answer.Leaves.Add(leaf);
        }

        return answer;
    }

    public void Dispose()
    {
        _a?.Dispose();
        _b?.Dispose();
        _c?.Dispose();
    }

    private int PanelLength => _size * MatrixKernel.TileColumns;

    private sbyte* Panel(int panel) => (sbyte*)_b!.Pointer + (nint)panel * PanelLength;

    private Span<int> Row(int row) => new((int*)_c!.Pointer + (nint)row * _size, _size);

    private void MultiplyBlock(MatrixFactors factors, int block, byte[][] leaves)
    {
        int first = block * BlockRows;
        int rows = Math.Min(BlockRows, _size - first);
        byte* a = _a!.Pointer + (nint)first * _size;
        for (int row = 0; row < rows; row++)
        {
            factors.Row(first + row, new Span<byte>(a + (nint)row * _size, _size));
        }

        int* c = (int*)_c!.Pointer + (nint)first * _size;
        for (int panel = 0; panel < _size / MatrixKernel.TileColumns; panel++)
        {
            MatrixKernel.Multiply(a, rows, Panel(panel), c + panel * MatrixKernel.TileColumns, _size);
        }

        for (int row = first; row < first + rows; row++)
        {
            leaves[row] = MerkleTree.HashLeaf(MemoryMarshal.AsBytes(Row(row)));
        }
    }
}
