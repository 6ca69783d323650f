using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Reputation;
using Infernet.Daemon.Audits.Asking;

namespace Infernet.Daemon.Audits.Canaries;

/// <summary>A request whose right verdict is known, to see whether an auditor finds it.</summary>
/// <param name="Case">What is asked; it looks like any other.</param>
/// <param name="IsSound">Whether the answers are right; otherwise they were tampered with.</param>
/// <param name="Knowing">Those who have seen the answers before.</param>
internal sealed record Canary(AuditCase Case, bool IsSound, IReadOnlySet<PeerId> Knowing)
{
    /// <summary>
    /// What a verdict says of its auditor; null if nothing. The request is well-formed, so a claim that nothing could be
    /// judged is no excuse; mere suspicion of sound answers is bad luck.
    /// </summary>
    public AuditorFinding? Judge(ShardOutcome outcome) => (IsSound, outcome) switch
    {
        (true, ShardOutcome.Verified) => AuditorFinding.SoundCanaryPassed,
        (true, ShardOutcome.Suspicious) => null,
        (false, ShardOutcome.Rejected or ShardOutcome.Suspicious) => AuditorFinding.CanaryKnown,
        _ => AuditorFinding.CanaryMissed,
    };
}
