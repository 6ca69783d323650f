using System.Globalization;

namespace Infernet.Core.Audits;

/// <summary>What a look at a receipt came to. Immutable.</summary>
/// <param name="Failed">The checks that it does not pass, each with the reason as a sentence.</param>
public sealed record PlausibilityReport(IReadOnlyList<(PlausibilityCheck Check, string Reason)> Failed)
{
    /// <summary>The score below which a shard is not looked at any further.</summary>
    public const double Threshold = 0.80;

    /// <summary>The weights of the checks that were passed, 0 to 1.</summary>
    public double Score => 1 - Failed.Sum(f => WeightOf(f.Check));

    // Weights are hundredths; a sum of them is compared with half of one to spare.
    public bool IsPlausible => Score >= Threshold - 0.005;

    /// <summary>Why it is not plausible, as a sentence.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"plausible by {Score:0.00} of {Threshold:0.00} needed: {string.Join("; ", Failed.Select(f => f.Reason))}");

    public static double WeightOf(PlausibilityCheck check) => check switch
    {
        PlausibilityCheck.JobKnown => 0.15,
        PlausibilityCheck.TokensPresent => 0.20,
        PlausibilityCheck.RightNode => 0.15,
        PlausibilityCheck.CompletionMarker => 0.25,
        PlausibilityCheck.TimeWithinBounds => 0.15,
        PlausibilityCheck.HashesWellFormed => 0.10,
        _ => throw new ArgumentOutOfRangeException(nameof(check)),
    };
}
