using Infernet.Core.Audits;
using Infernet.Core.Reputation;

namespace Infernet.Core.Evidence;

/// <summary>One case of an evidence file, as it was found.</summary>
/// <param name="Work">The shard that it is about; null if no verdict on it is right.</param>
/// <param name="Verdicts">Each verdict.</param>
/// <param name="Problem">What is wrong with the case beyond its verdicts, as a sentence; null if nothing is.</param>
/// <param name="Finding">What the verdicts come to together; null if the case is not sound.</param>
public sealed record EvidenceCaseReport(
    Observation? Work, IReadOnlyList<VerdictReport> Verdicts, string? Problem, ShardFinding? Finding)
{
    /// <summary>Whether everything in it holds.</summary>
    public bool IsSound => Finding is not null;
}
