using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>How a hearing ended.</summary>
/// <param name="Finding">What the testimonies come to; null when nobody judged.</param>
/// <param name="Testimonies">Everything that was heard.</param>
/// <param name="IsDisputed">Whether the auditors did not agree.</param>
/// <param name="Auditors">How each auditor did, where that can be told.</param>
internal sealed record HearingResult(
    ShardFinding? Finding, IReadOnlyList<Testimony> Testimonies, bool IsDisputed,
    IReadOnlyList<(PeerId Auditor, AuditorFinding Finding)> Auditors);
