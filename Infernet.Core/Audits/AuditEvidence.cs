using Infernet.Core.Schemas;
using static Infernet.Core.Schemas.ItemVerdict.Types;

namespace Infernet.Core.Audits;

/// <summary>
/// What the counts of a verdict say about the provider: a log-likelihood ratio of cheating against honesty. Pure
/// arithmetic on a signed verdict and a shared calibration, so everybody gets the same number.
/// </summary>
public static class AuditEvidence
{
    /// <summary>
    /// What a fault says, and the most that one audit adds to a peer's account: less than any decision needs, so that
    /// nobody is excluded for one audit. Capping a likelihood ratio only lowers its mean for honest providers.
    /// </summary>
    public const double MostPerAudit = 8;

    /// <summary>Whether a fault is the provider's. The others mean that the auditor was not shown what was signed for.</summary>
    public static bool IsProviders(Fault fault) =>
        fault is not (Fault.None or Fault.InputHash or Fault.OutputHash) && Enum.IsDefined(fault);

    /// <summary>Whether an item can't be judged, because it is not the one that was signed for.</summary>
    public static bool IsVoid(ItemVerdict item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.Faults.Any(fault => fault is Fault.InputHash or Fault.OutputHash);
    }

    /// <summary>
    /// Whether an item is plainly wrong: it has a fault of the provider's, or in exact mode a token that is not the one
    /// that the model draws. Counting that one by a ratio would let a long answer outweigh it.
    /// </summary>
    public static bool IsWrong(ItemVerdict item, bool exact) =>
        !IsVoid(item)
        && (item.Faults.Any(IsProviders)
            || exact && item.MarginCounts.Skip(MarginBins.FirstMissed).Any(count => count > 0));

    /// <summary>The ratio of all items of one audit, uncapped.</summary>
    public static double Of(
        IReadOnlyCollection<ItemVerdict> items, JobKind kind, bool exact, AuditCalibration calibration)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(calibration);
        double scored = kind == JobKind.Embedding
            ? items.Count(item => !IsVoid(item)) * calibration.Embedding.LogLikelihoodWithin()
            : calibration.Margins.LogLikelihood(Counts(items));
        return items.Any(item => IsWrong(item, exact)) ? Math.Max(MostPerAudit, scored) : scored;
    }

    // The items of an audit have one provider, hence one kind of cheat: their counts go in together.
    private static uint[] Counts(IEnumerable<ItemVerdict> items)
    {
        uint[] counts = new uint[MarginBins.Count];
        foreach (ItemVerdict item in items.Where(item => !IsVoid(item)))
        {
            for (int bin = 0; bin < Math.Min(counts.Length, item.MarginCounts.Count); bin++)
            {
                counts[bin] += item.MarginCounts[bin];
            }
        }

        return counts;
    }
}
