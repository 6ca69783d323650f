using System.Runtime.Intrinsics;
using Infernet.Execution.Challenges;

namespace Infernet.Execution.Tests.Challenges;

[TestFixture]
public sealed unsafe class MatrixKernelTests
{
    [TestCase(64)]
    [TestCase(192)]
    public void Product_OfEveryEntry_IsTheSumOfProducts(int size)
    {
        var factors = new MatrixFactors(TestChallenges.Seed(4), size);
        var a = new byte[size * size];
        var panel = new sbyte[size * MatrixKernel.TileColumns];
        var c = new int[size * size];
        for (int i = 0; i < size; i++)
        {
            factors.Row(i, a.AsSpan(i * size, size));
        }

        fixed (byte* first = a)
        fixed (sbyte* packed = panel)
        fixed (int* result = c)
        {
            for (int column = 0; column < size; column += MatrixKernel.TileColumns)
            {
                factors.Panel(column, MatrixKernel.TileColumns, panel);
                MatrixKernel.Multiply(first, size, packed, result + column, size);
            }
        }

        Assert.That(c, Is.EqualTo(Naive(factors, a, size)));
    }

    [Test]
    public void Dot_OfThisMachine_IsThatOfAnyMachine()
    {
        var random = new Random(5);
        for (int i = 0; i < 1_000; i++)
        {
            // The extremes among them: they must not saturate.
            Vector256<byte> x = Vector256.Create([.. Bytes(random, i).Select(b => (byte)(b & 0x7F))]);
            Vector256<sbyte> y = Vector256.Create([.. Bytes(random, i + 1).Select(b => (sbyte)((b & 0x7F) - 64))]);
            Vector256<int> sum = Vector256.Create(random.Next());

            Assert.That(MatrixKernel.Dot(sum, x, y), Is.EqualTo(MatrixKernel.DotAnywhere(sum, x, y)));
        }
    }

    private static byte[] Bytes(Random random, int round)
    {
        var bytes = new byte[Vector256<byte>.Count];
        random.NextBytes(bytes);
        if (round % 10 == 0)
        {
            Array.Fill(bytes, (byte)127);
        }

        return bytes;
    }

    private static int[] Naive(MatrixFactors factors, byte[] a, int size)
    {
        var c = new int[size * size];
        var column = new byte[size];
        for (int j = 0; j < size; j++)
        {
            factors.RaisedColumn(j, column);
            for (int i = 0; i < size; i++)
            {
                c[i * size + j] = Enumerable.Range(0, size).Sum(k => a[i * size + k] * (column[k] - MatrixFactors.Offset));
            }
        }

        return c;
    }
}
