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

    /// <summary>What a verdict says of one item.</summary>
    public static JudgedItem Of(
        UInt128 content, ItemVerdict item, JobKind kind, bool exact, AuditCalibration calibration)
    {
        ArgumentNullException.ThrowIfNull(item);
        ArgumentNullException.ThrowIfNull(calibration);
        bool isVoid = IsVoid(item);
        IReadOnlyList<double> ratios = isVoid ? []
            : kind == JobKind.Embedding ? [calibration.Embedding.LogLikelihoodWithin()]
            : calibration.Margins.Ratios(item.MarginCounts);
        return new JudgedItem(content, isVoid, IsWrong(item, exact), ratios);
    }

    /// <summary>
    /// The ratio of all items of one audit, uncapped. They have one provider, hence one kind of cheat: their ratios go in
    /// together, kind by kind.
    /// </summary>
    public static double Of(IReadOnlyCollection<JudgedItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        double[] kinds = new double[items.Max(item => (int?)item.Ratios.Count) ?? 0];
        foreach (JudgedItem item in items)
        {
            for (int kind = 0; kind < item.Ratios.Count; kind++)
            {
                kinds[kind] += item.Ratios[kind];
            }
        }

        double scored = MarginModel.Mixture(kinds);
        return items.Any(item => item.IsWrong) ? Math.Max(MostPerAudit, scored) : scored;
    }
}
