using System.Diagnostics;
using System.Security.Cryptography;
using Infernet.Bench.Reporting;
using Infernet.Core.Schemas;
using Infernet.Execution.Challenges;

namespace Infernet.Bench.Challenges;

/// <summary>
/// What a hardware challenge costs its prover and its challenger, and how near the prover comes to what the machine can
/// do: the share that is missing is what a better program on a weaker machine could make up.
/// </summary>
internal static class ChallengeBench
{
    private const int Rounds = 5;
    private const int MatrixSize = 4_096;
    private const long MemorySize = 256 << 20;
    private const long BlockLength = 4_096;

    public static Task RunAsync(BenchReport report, CancellationToken ct)
    {
        int lanes = Environment.ProcessorCount;
        Matrix(report, lanes, ct);
        Memory(report, lanes, ct);
        return Task.CompletedTask;
    }

    private static void Matrix(BenchReport report, int lanes, CancellationToken ct)
    {
        var shape = new ChallengeShape
        {
            Kernel = ChallengeKernels.MatrixProduct, Size = MatrixSize, Lanes = lanes, Openings = 12,
        };
        Figures figures = Measure(shape, ct);
        report.AddHigher(
            $"matmul-int8, size {MatrixSize}, {lanes} lanes", figures.Rate / 1e9, "GOPS",
            "its instruction on registers", MachineLimits.Operations(lanes) / 1e9);
        Costs(report, "matmul-int8", figures);
    }

    private static void Memory(BenchReport report, int lanes, CancellationToken ct)
    {
        var shape = new ChallengeShape
        {
            Kernel = ChallengeKernels.MemoryWalk, Size = MemorySize, Lanes = lanes, Openings = 8,
            Steps = MemorySize / BlockLength / lanes,
        };
        Figures figures = Measure(shape, ct);
        report.AddHigher(
            $"memory-walk, 256 MiB, {lanes} lanes", figures.Rate / 1e9, "GB/s",
            "memcpy, bytes copied", MachineLimits.CopiedBytes(lanes) / 1e9);
        report.Add("memory-walk, filling", MemorySize / figures.Prepare / 1e6, "GB/s");
        Costs(report, "memory-walk", figures);
    }

    private static void Costs(BenchReport report, string kernel, Figures figures)
    {
        report.Add($"{kernel}, to prove a round", figures.Commit + figures.Open, "ms");
        report.AddLower($"{kernel}, to verify it", figures.Check, "ms", "to prove", figures.Commit + figures.Open);
        report.AddLower(
            $"{kernel}, steps to verify a challenge", figures.CheckSteps, "steps", "to prove", figures.WorkSteps);
        report.Add($"{kernel}, what a round sends back", figures.Bytes / 1024.0, "KiB");
    }

    private static Figures Measure(ChallengeShape shape, CancellationToken ct)
    {
        byte[] seed = Seed();
        using IChallengeWork work = ChallengeKernels.CreateWork(shape, seed);
        IChallengeCheck check = ChallengeKernels.CreateCheck(shape, seed);
        double prepare = Time(() => work.Prepare(ct));
        var commits = new List<double>();
        var opens = new List<double>();
        var checks = new List<double>();
        var answer = new ChallengeAnswer();
        for (int round = 0; round < Rounds; round++)
        {
            (byte[] roundSeed, byte[] openingSeed) = (Seed(), Seed());
            byte[] root = [];
            commits.Add(Time(() => root = work.Commit(roundSeed, ct)));
            opens.Add(Time(() => answer = work.Open(openingSeed)));
            checks.Add(Time(() =>
            {
                if (check.FindFault(roundSeed, root, openingSeed, answer) is { } fault)
                {
                    throw new InvalidOperationException($"The prover {fault}");
                }
            }));
        }

        // Beside a limit of the machine, what counts is the round that nothing disturbed.
        double commit = commits.Min();
        return new Figures(
            prepare, commit, Samples.Median(opens), Samples.Median(checks), check.WorkPerRound / commit * 1e3,
            work.Operations, check.Operations, answer.CalculateSize());
    }

    private static byte[] Seed() => RandomNumberGenerator.GetBytes(ChallengeKernels.SeedLength);

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    // Times in milliseconds.
    private sealed record Figures(
        double Prepare, double Commit, double Open, double Check, double Rate, double WorkSteps, double CheckSteps,
        int Bytes);
}
