using Infernet.Core.Audits;
using Infernet.Core.Identity;

namespace Infernet.Core.Evidence;

/// <summary>One verdict of an evidence file, as it was found.</summary>
/// <param name="Auditor">Who gave it; null if the check did not get that far.</param>
/// <param name="Finding">What its counts come to; null if something is wrong with it.</param>
/// <param name="Problem">What is wrong with it; null if nothing is.</param>
public sealed record VerdictReport(PeerId? Auditor, ShardFinding? Finding, EvidenceProblem? Problem)
{
    /// <summary>What is checked, in this order; the steps before the one that failed were right.</summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        "provider's signature", "receipt", "duration", "age", "offer", "items", "draw", "verdict",
        "aggregator's signature", "judgement",
    ];
}
