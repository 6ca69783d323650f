using Infernet.Core.Schemas;
using Infernet.Execution.Challenges;

namespace Infernet.Daemon.Challenges.Results;

/// <summary>What is left of a peer's claim once it was measured. Pure.</summary>
internal static class MeasuredClass
{
    private const double FarBelow = 0.5;

    /// <summary>
    /// The part of its claimed speed that a peer should be ranked by: 1 unless it was measured far below its claim.
    /// What others signed can only lower it, so a peer gains nothing by friends that sign for it; what this node
    /// measured itself goes before that.
    /// </summary>
    /// <param name="hardware">What the peer claims.</param>
    /// <param name="carried">What its advert carries.</param>
    /// <param name="own">What this node measured of it with matmul-int8; null if it did not.</param>
    public static double Share(Hardware hardware, IReadOnlyList<Measurement> carried, double? own)
    {
        double claimed = hardware.ClaimedOperationsPerSecond;
        double? measured = own ?? carried
            .Where(m => m is { Kernel: ChallengeKernels.MatrixProduct, Device: ChallengeKernels.Cpu })
            .Select(m => (double?)m.Rate).Max();
        return claimed > 0 && measured < claimed * FarBelow ? measured.Value / claimed : 1;
    }
}
