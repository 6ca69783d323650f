using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Infernet.Execution.Challenges;

namespace Infernet.Bench.Challenges;

/// <summary>What this machine could do at best: its multiply instruction on registers alone, and copies of memory.</summary>
internal static unsafe class MachineLimits
{
    private const int Repetitions = 20_000_000;
    private const int Accumulators = 12;
    private const int OperationsPerDot = 2 * 32;
    private const long CopyLength = 128 << 20;
    private const int Copies = 5;

    /// <summary>Operations a second of the kernel's instruction, on so many threads; two a term.</summary>
    public static double Operations(int threads)
    {
        Parallel.For(0, threads, _ => Multiply(Repetitions / 100));
        long start = Stopwatch.GetTimestamp();
        Parallel.For(0, threads, Options(threads), _ => Multiply(Repetitions));
        return (double)threads * Repetitions * Accumulators * OperationsPerDot
            / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Bytes a second that so many threads copy; each is read once and written once.</summary>
    public static double CopiedBytes(int threads)
    {
        using var from = new NativeBuffer(CopyLength * threads);
        using var to = new NativeBuffer(CopyLength * threads);
        double best = 0;
        for (int copy = 0; copy < Copies; copy++)
        {
            long start = Stopwatch.GetTimestamp();
            Parallel.For(0, threads, Options(threads), i => Buffer.MemoryCopy(
                from.Pointer + i * CopyLength, to.Pointer + i * CopyLength, CopyLength, CopyLength));
            // The first one pays for the pages.
            best = Math.Max(best, CopyLength * threads / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    private static ParallelOptions Options(int threads) => new() { MaxDegreeOfParallelism = threads };

    // Enough independent sums to keep every port busy, and nothing to load.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector256<int> Multiply(int repetitions)
    {
        Vector256<byte> x = Vector256.Create((byte)3);
        Vector256<sbyte> y = Vector256.Create((sbyte)-5);
        Vector256<int> a = default, b = default, c = default, d = default, e = default, f = default;
        Vector256<int> g = default, h = default, i = default, j = default, k = default, l = default;
        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            (a, b, c) = (MatrixKernel.Dot(a, x, y), MatrixKernel.Dot(b, x, y), MatrixKernel.Dot(c, x, y));
            (d, e, f) = (MatrixKernel.Dot(d, x, y), MatrixKernel.Dot(e, x, y), MatrixKernel.Dot(f, x, y));
            (g, h, i) = (MatrixKernel.Dot(g, x, y), MatrixKernel.Dot(h, x, y), MatrixKernel.Dot(i, x, y));
            (j, k, l) = (MatrixKernel.Dot(j, x, y), MatrixKernel.Dot(k, x, y), MatrixKernel.Dot(l, x, y));
        }

        return a + b + c + d + e + f + g + h + i + j + k + l;
    }
}
