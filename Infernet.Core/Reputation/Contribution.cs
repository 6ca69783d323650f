using Infernet.Core.Audits;

namespace Infernet.Core.Reputation;

/// <summary>What one audited shard adds to what is thought of its provider.</summary>
/// <param name="Verdicts">The evidence, one for each auditor.</param>
/// <param name="Own">Whether this node asked for the audit.</param>
/// <param name="Finding">What the verdicts come to together.</param>
/// <param name="ReporterWeight">What the reporter's word weighs, 0..1; 1 for this node's own.</param>
/// <param name="Passed">Added to the first parameter of the Beta distribution.</param>
/// <param name="Failed">Added to the second.</param>
public sealed record Contribution(
    IReadOnlyList<Observation> Verdicts, bool Own, ShardFinding Finding, double ReporterWeight, double Passed,
    double Failed);
