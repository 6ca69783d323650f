using Infernet.Core.Jobs;

namespace Infernet.Daemon.Jobs.Redundancy;

/// <summary>Makes the comparison that a job asks for.</summary>
internal static class Comparisons
{
    public static IComparison Of(
        VerificationSpecification verification, ComparatorOptions options, TimeProvider time) =>
        verification.Compare switch
        {
            OutputComparison.Numbers => new NumberComparison(verification.Tolerance),
            OutputComparison.Command => new ComparatorCommand(verification.Command, options, time),
            _ => new ByteComparison(),
        };
}
