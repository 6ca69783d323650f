using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Infernet.Daemon.Audits.Paying;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>How a hearing ended.</summary>
/// <param name="Finding">What the testimonies come to; null when nobody judged.</param>
/// <param name="Testimonies">Everything that was heard.</param>
/// <param name="IsDisputed">Whether the auditors did not agree.</param>
/// <param name="Auditors">How each auditor did, where that can be told.</param>
internal sealed record HearingResult(
    ShardFinding? Finding, IReadOnlyList<Testimony> Testimonies, bool IsDisputed,
    IReadOnlyList<(PeerId Auditor, AuditorFinding Finding)> Auditors)
{
    /// <summary>Why nobody judged, where money was the reason.</summary>
    public string? Shortage { get; init; }

    /// <summary>What is due to its auditors; to be settled by who takes the result.</summary>
    public IReadOnlyList<AuditDue> Dues { get; init; } = [];

    /// <summary>Whether an auditor gave a verdict that judges something, and was not found to be wrong.</summary>
    /// <param name="auditor">Which.</param>
    /// <param name="received">Everything that came, also what came too late for the result.</param>
    public bool HasEarned(PeerId auditor, IEnumerable<Testimony> received) =>
        received.Any(t => t.Auditor == auditor && t.Finding.Outcome != ShardOutcome.Void
            && (Testimonies.Contains(t) || Finding is null || !ShardJudgement.IsOverruled(t.Finding, Finding)))
        && !Auditors.Any(a => a.Auditor == auditor && a.Finding is
            AuditorFinding.Outvoted or AuditorFinding.CommitmentBroken or AuditorFinding.CanaryMissed);
}
