using Infernet.Core.Schemas;

namespace Infernet.Core.Audits;

/// <summary>
/// From the verdicts on one receipt to what becomes of the shard. A likelihood ratio exceeds x with a probability of at
/// most 1/x when the provider is honest (Markov's inequality), so a bound of ln 10^6 rejects at most one honest shard
/// in a million. A shard is redone for less than a peer is condemned: that costs one shard.
/// </summary>
public static class ShardJudgement
{
    /// <summary>From this log-likelihood ratio on a shard is rejected: ln 10^6.</summary>
    public const double RejectionBound = 13.815510557964274;

    /// <summary>From this one on it is suspicious: ln 10.</summary>
    public const double SuspicionBound = 2.302585092994046;

    /// <summary>What one auditor's verdict comes to.</summary>
    public static ShardFinding Of(
        IReadOnlyCollection<ItemVerdict> items, JobKind kind, bool exact, AuditCalibration calibration)
    {
        ArgumentNullException.ThrowIfNull(items);
        double ratio = AuditEvidence.Of(items, kind, exact, calibration);
        ShardOutcome outcome =
            items.All(AuditEvidence.IsVoid) ? ShardOutcome.Void
            : items.Any(item => AuditEvidence.IsWrong(item, exact)) || ratio >= RejectionBound ? ShardOutcome.Rejected
            : ratio >= SuspicionBound ? ShardOutcome.Suspicious
            : ShardOutcome.Verified;
        return new ShardFinding(outcome, ratio);
    }

    /// <summary>
    /// Whether another random auditor is to be asked: a rejection needs a second opinion, and two that disagree a third.
    /// </summary>
    public static bool NeedsAnother(IReadOnlyCollection<ShardFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        int against = findings.Count(IsAgainst);
        int others = findings.Count(finding => finding.Outcome != ShardOutcome.Void) - against;
        return against + others == 0 || against > 0 && Math.Max(against, others) < 2;
    }

    /// <summary>
    /// What several verdicts on one receipt come to: the side of the majority, and its middle ratio. Where there was
    /// nobody else to ask and they are even, a rejection that was not confirmed counts as suspicion.
    /// </summary>
    public static ShardFinding Combine(IReadOnlyCollection<ShardFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ShardFinding[] against = [.. findings.Where(IsAgainst).OrderBy(f => f.LogLikelihoodRatio)];
        ShardFinding[] others =
        [
            .. findings.Where(f => !IsAgainst(f) && f.Outcome != ShardOutcome.Void).OrderBy(f => f.LogLikelihoodRatio),
        ];
        if (against.Length > others.Length)
        {
            return Middle(against);
        }

        return against.Length < others.Length ? Middle(others)
            : others.Length == 0 ? new ShardFinding(ShardOutcome.Void, 0)
            : new ShardFinding(ShardOutcome.Suspicious, Middle(others).LogLikelihoodRatio);
    }

    /// <summary>Whether a verdict was overruled by the others: its auditor may be lazy or a slanderer.</summary>
    public static bool IsOverruled(ShardFinding finding, ShardFinding combined)
    {
        ArgumentNullException.ThrowIfNull(finding);
        ArgumentNullException.ThrowIfNull(combined);
        return finding.Outcome != ShardOutcome.Void
            && combined.Outcome is ShardOutcome.Rejected or ShardOutcome.Verified
            && IsAgainst(finding) != IsAgainst(combined);
    }

    private static bool IsAgainst(ShardFinding finding) => finding.Outcome == ShardOutcome.Rejected;

    private static ShardFinding Middle(ShardFinding[] ordered) => ordered[(ordered.Length - 1) / 2];
}
