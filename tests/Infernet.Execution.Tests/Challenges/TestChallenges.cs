using Infernet.Core.Schemas;
using Infernet.Execution.Challenges;

namespace Infernet.Execution.Tests.Challenges;

/// <summary>Small challenges, and seeds that are the same in every run.</summary>
internal static class TestChallenges
{
    public static ChallengeShape Matrix(int size = 128, int openings = 8, int lanes = 2) => new()
    {
        Kernel = ChallengeKernels.MatrixProduct, Size = size, Lanes = lanes, Openings = openings,
    };

    public static ChallengeShape Memory(long size = 1 << 20, int steps = 256, int openings = 4, int lanes = 2) => new()
    {
        Kernel = ChallengeKernels.MemoryWalk, Size = size, Lanes = lanes, Openings = openings, Steps = steps,
    };

    public static byte[] Seed(int number)
    {
        var seed = new byte[ChallengeKernels.SeedLength];
        BitConverter.TryWriteBytes(seed, number);
        return seed;
    }

    /// <summary>A round from commitment to verdict, with a chance to change the answer.</summary>
    public static string? Play(
        ChallengeShape shape, IChallengeWork work, Action<ChallengeAnswer>? change = null, int round = 1)
    {
        byte[] root = work.Commit(Seed(round), CancellationToken.None);
        ChallengeAnswer answer = work.Open(Seed(round + 1_000));
        change?.Invoke(answer);
        return ChallengeKernels.CreateCheck(shape, Seed(0)).FindFault(Seed(round), root, Seed(round + 1_000), answer);
    }

    /// <summary>A prover that is set up.</summary>
    public static IChallengeWork Prepared(ChallengeShape shape)
    {
        IChallengeWork work = ChallengeKernels.CreateWork(shape, Seed(0));
        work.Prepare(CancellationToken.None);
        return work;
    }
}
