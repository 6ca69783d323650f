using System.Runtime.InteropServices;
using Google.Protobuf;
using Infernet.Core.Schemas;
using Infernet.Execution.Challenges;

namespace Infernet.Execution.Tests.Challenges;

/// <summary>
/// A prover of matmul-int8 that commits to a product of its own making, and opens it as the protocol asks: what a
/// cheat can do at best.
/// </summary>
internal sealed class TamperedMatrix
{
    private readonly ChallengeShape _shape;
    private readonly int[][] _rows;

    public TamperedMatrix(ChallengeShape shape, byte[] roundSeed)
    {
        _shape = shape;
        int size = (int)shape.Size;
        var factors = new MatrixFactors(roundSeed, size);
        var columns = new byte[size][];
        for (int j = 0; j < size; j++)
        {
            columns[j] = new byte[size];
            factors.RaisedColumn(j, columns[j]);
        }

        _rows = new int[size][];
        var row = new byte[size];
        for (int i = 0; i < size; i++)
        {
            factors.Row(i, row);
            _rows[i] = new int[size];
            for (int j = 0; j < size; j++)
            {
                int sum = 0;
                for (int k = 0; k < size; k++)
                {
                    sum += row[k] * (columns[j][k] - MatrixFactors.Offset);
                }

                _rows[i][j] = sum;
            }
        }
    }

    /// <summary>The right product, to be made wrong.</summary>
    public int[][] Rows => _rows;

    /// <summary>Commits and opens; null if the check finds nothing.</summary>
    /// <param name="roundSeed">Of the round.</param>
    /// <param name="openingSeed">Of the opening.</param>
    /// <param name="rightProducts">The products of the right matrix, from a cheat that computes A·(B·r) once it knows r.</param>
    public string? Judge(byte[] roundSeed, byte[] openingSeed, long[]? rightProducts)
    {
        var tree = new MerkleTree([.. _rows.Select(r => MerkleTree.HashLeaf(MemoryMarshal.AsBytes<int>(r)))]);
        long[] products = rightProducts ?? ProductsOf(openingSeed);
        var answer = new ChallengeAnswer { ProductHash = ByteString.CopyFrom(MatrixCheck.HashOf(products)) };
        foreach (int drawn in MatrixCheck.Drawn(openingSeed, _shape))
        {
            var leaf = new ChallengeLeaf { Data = ByteString.CopyFrom(MemoryMarshal.AsBytes<int>(_rows[drawn])) };
            leaf.Path.AddRange(tree.PathOf(drawn).Select(h => ByteString.CopyFrom(h)));
            answer.Leaves.Add(leaf);
        }

        return new MatrixCheck(_shape).FindFault(roundSeed, tree.Root, openingSeed, answer);
    }

    /// <summary>The matrix as it is now, times the opening's vector.</summary>
    public long[] ProductsOf(byte[] openingSeed)
    {
        long[] vector = MatrixCheck.Vector(openingSeed, (int)_shape.Size);
        return [.. _rows.Select(r => MatrixCheck.Dot(r, vector))];
    }
}
