using Infernet.Execution.Challenges;

namespace Infernet.Execution.Tests.Challenges;

[TestFixture]
public sealed class MatrixFactorsTests
{
    private const int Size = 128;

    [Test]
    public void Entries_OfBothFactors_StayWithinTheirBounds()
    {
        var factors = new MatrixFactors(TestChallenges.Seed(1), Size);
        var row = new byte[Size];
        var panel = new sbyte[Size * MatrixKernel.TileColumns];
        factors.Row(5, row);
        factors.Panel(16, MatrixKernel.TileColumns, panel);

        Assert.That(row, Has.All.LessThanOrEqualTo(127));
        Assert.That(panel, Has.All.InRange(-64, 63));
        Assert.That(row.Distinct().Count(), Is.GreaterThan(50), "they look random");
    }

    [Test]
    public void Panel_AndRaisedColumns_SayTheSame()
    {
        var factors = new MatrixFactors(TestChallenges.Seed(2), Size);
        var panel = new sbyte[Size * MatrixKernel.TileColumns];
        factors.Panel(32, MatrixKernel.TileColumns, panel);
        var column = new byte[Size];
        for (int j = 0; j < MatrixKernel.TileColumns; j++)
        {
            factors.RaisedColumn(32 + j, column);
            for (int k = 0; k < Size; k++)
            {
                int packed = (k / 4 * MatrixKernel.TileColumns + j) * 4 + k % 4;
                Assert.That((int)panel[packed], Is.EqualTo(column[k] - MatrixFactors.Offset));
            }
        }
    }

    [Test]
    public void Factors_OfRandomSeeds_HaveFullRank()
    {
        // A factor of low rank would make the product cheap.
        var factors = new MatrixFactors(TestChallenges.Seed(3), Size);
        var rows = new long[Size][];
        var row = new byte[Size];
        for (int i = 0; i < Size; i++)
        {
            factors.Row(i, row);
            rows[i] = [.. row.Select(e => (long)e)];
        }

        Assert.That(Rank(rows), Is.EqualTo(Size));
    }

    // Gaussian elimination modulo a prime.
    private static int Rank(long[][] rows)
    {
        const long prime = 1_000_003;
        int rank = 0;
        for (int column = 0; column < rows.Length; column++)
        {
            int pivot = Array.FindIndex(rows, rank, r => r[column] % prime != 0);
            if (pivot < 0)
            {
                continue;
            }

            (rows[rank], rows[pivot]) = (rows[pivot], rows[rank]);
            long inverse = (long)System.Numerics.BigInteger.ModPow(rows[rank][column], prime - 2, prime);
            for (int i = rank + 1; i < rows.Length; i++)
            {
                long factor = rows[i][column] * inverse % prime;
                for (int k = column; k < rows.Length; k++)
                {
                    rows[i][k] = ((rows[i][k] - factor * rows[rank][k]) % prime + prime) % prime;
                }
            }

            rank++;
        }

        return rank;
    }
}
