using System.Security.Cryptography;
using Infernet.Execution.Hardware;

namespace Infernet.Execution.Challenges;

/// <summary>Gives this machine the challenges that others would, and takes the time. It takes about half a second.</summary>
public static class SelfMeasurement
{
    private const int Rounds = 3;
    private const int MatrixSize = 1_536;
    private const long MemorySize = 128 << 20;
    private const long MinMemory = 1 << 20;

    /// <summary>Measures with so many threads.</summary>
    public static SpeedClaim Measure(int lanes, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(time);
        long memory = Math.Clamp(MemoryProbe.Read().Available / 16, MinMemory, MemorySize)
            / MemoryBlock.Length * MemoryBlock.Length;
        long steps = memory / MemoryBlock.Length / lanes / MemoryWalkShape.StepsPerLeaf * MemoryWalkShape.StepsPerLeaf;
        var matrices = new ChallengeShape
        {
            Kernel = ChallengeKernels.MatrixProduct, Size = MatrixSize, Lanes = lanes, Openings = 1,
        };
        var walk = new ChallengeShape
        {
            Kernel = ChallengeKernels.MemoryWalk, Size = memory, Lanes = lanes, Openings = 1,
            Steps = Math.Max(steps, MemoryWalkShape.StepsPerLeaf),
        };
        (double operations, _) = Time(matrices, time, cancellationToken);
        (double bytes, TimeSpan filling) = Time(walk, time, cancellationToken);
        return new SpeedClaim(operations, bytes, memory / Math.Max(filling.TotalSeconds, 1e-6));
    }

    // The median: what a challenger will see on an ordinary day.
    private static (double Rate, TimeSpan Preparing) Time(
        ChallengeShape shape, TimeProvider time, CancellationToken cancellationToken)
    {
        byte[] seed = RandomNumberGenerator.GetBytes(SeedStream.SeedLength);
        using IChallengeWork work = ChallengeKernels.CreateWork(shape, seed);
        long start = time.GetTimestamp();
        work.Prepare(cancellationToken);
        TimeSpan preparing = time.GetElapsedTime(start);
        var taken = new List<TimeSpan>();
        for (int round = 0; round < Rounds; round++)
        {
            RandomNumberGenerator.Fill(seed);
            start = time.GetTimestamp();
            work.Commit(seed, cancellationToken);
            taken.Add(time.GetElapsedTime(start));
        }

        double perRound = ChallengeKernels.CreateCheck(shape, seed).WorkPerRound;
        return (perRound / Math.Max(taken.Order().ElementAt(Rounds / 2).TotalSeconds, 1e-6), preparing);
    }
}
