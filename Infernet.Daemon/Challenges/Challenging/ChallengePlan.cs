using Infernet.Core.Schemas;
using Infernet.Execution.Challenges;

namespace Infernet.Daemon.Challenges.Challenging;

/// <summary>What one peer is asked to do, and what it must reach. Pure.</summary>
/// <param name="Shape">What is asked for.</param>
/// <param name="Rounds">How often.</param>
/// <param name="Claim">The rate that the peer claims; 0 if it claims none.</param>
/// <param name="Required">The rate that it must reach.</param>
internal sealed record ChallengePlan(ChallengeShape Shape, int Rounds, double Claim, double Required)
{
    private const int MinMatrix = 256;
    private const int MaxMatrix = 4_096;
    private const long MinMemory = 1 << 20;
    private const long MaxSteps = 1 << 20;
    private const int MaxLanes = 1_024;

    /// <summary>Chooses sizes for a peer by what it claims and how far away it is.</summary>
    /// <param name="kernel">One of <see cref="ChallengeKernels"/>.</param>
    /// <param name="size">The size if it is asked for; null to choose one.</param>
    /// <param name="hardware">What the peer claims.</param>
    /// <param name="roundTrip">The shortest ping.</param>
    /// <param name="options">How this node challenges.</param>
    public static ChallengePlan For(
        string kernel, long? size, Hardware hardware, TimeSpan roundTrip, ChallengerOptions options)
    {
        int lanes = (int)Math.Clamp(hardware.CpuCores, 1, MaxLanes);
        double seconds = Math.Max(
            options.RoundTarget.TotalSeconds, roundTrip.TotalSeconds * options.RoundTripsPerRound);
        return kernel == ChallengeKernels.MatrixProduct
            ? Matrix(size, lanes, hardware.ClaimedOperationsPerSecond, seconds, options)
            : Memory(size, lanes, hardware, seconds, options);
    }

    private static ChallengePlan Matrix(
        long? size, int lanes, double claim, double seconds, ChallengerOptions options)
    {
        double expected = claim > 0 ? claim : options.AssumedOperationsPerCore * lanes;
        long chosen = size ?? (long)Math.Clamp(
            Math.Cbrt(expected * seconds / 2), MinMatrix, MaxMatrix) / ChallengeKernels.MatrixGranularity * ChallengeKernels.MatrixGranularity;
        return new ChallengePlan(
            new ChallengeShape
            {
                Kernel = ChallengeKernels.MatrixProduct, Size = chosen, Lanes = lanes,
                Openings = options.MatrixOpenings,
            },
            options.Rounds, claim, claim * options.Tolerance);
    }

    private static ChallengePlan Memory(
        long? size, int lanes, Hardware hardware, double seconds, ChallengerOptions options)
    {
        double claim = hardware.ClaimedBytesPerSecond;
        double expected = claim > 0 ? claim : options.AssumedBytesPerCore * lanes;
        long chosen = size ?? (long)Math.Clamp(
            hardware.MemoryBytes * options.MemoryShare, MinMemory, options.MemorySize) / ChallengeKernels.MemoryGranularity * ChallengeKernels.MemoryGranularity;
        // Every block is read once on the average, and more often where the peer is far away.
        double bytes = Math.Max(chosen, expected * seconds);
        long steps = (long)Math.Clamp(bytes / ChallengeKernels.MemoryGranularity / lanes, ChallengeKernels.StepGranularity, Math.Max(
            ChallengeKernels.StepGranularity, MaxSteps / lanes));
        return new ChallengePlan(
            new ChallengeShape
            {
                Kernel = ChallengeKernels.MemoryWalk, Size = chosen, Lanes = lanes,
                Steps = steps / ChallengeKernels.StepGranularity * ChallengeKernels.StepGranularity, Openings = options.MemoryOpenings,
            },
            options.Rounds, claim,
            Math.Max(claim * options.Tolerance, options.MinBytesPerLane * lanes));
    }
}
