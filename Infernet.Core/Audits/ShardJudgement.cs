using Infernet.Core.Schemas;

namespace Infernet.Core.Audits;

/// <summary>
/// From the verdicts on one receipt to what becomes of the shard. A true likelihood ratio exceeds x with a probability of at
/// most 1/x when the provider is honest (Markov's inequality), so a bound of ln 10^6 would reject at most one honest shard
/// in a million; ours approximates one (<see cref="MarginModel"/>), so that is a design value. A shard is redone for less
/// than a peer is condemned: that costs one shard.
/// </summary>
public static class ShardJudgement
{
    /// <summary>From this log-likelihood ratio on a shard is rejected: ln 10^6.</summary>
    public const double RejectionBound = 13.815510557964274;

    /// <summary>From this one on it is suspicious: ln 10.</summary>
    public const double SuspicionBound = 2.302585092994046;

    /// <summary>What one auditor's verdict on items comes to of which it is not known whether they were judged before.</summary>
    public static ShardFinding Of(
        IReadOnlyCollection<ItemVerdict> items, JobKind kind, bool exact, AuditCalibration calibration)
    {
        ArgumentNullException.ThrowIfNull(items);
        return Of([.. items.Select((_, place) => (UInt128)place)], items, kind, exact, calibration) with { Items = [] };
    }

    /// <summary>What one auditor's verdict comes to; a content that is there twice counts once.</summary>
    /// <param name="contents">See <see cref="ContentKey"/>, one for each item.</param>
    /// <param name="items">What the verdict says of each.</param>
    /// <param name="kind">What was asked for.</param>
    /// <param name="exact">Whether every bit was to be reproduced.</param>
    /// <param name="calibration">The model's.</param>
    public static ShardFinding Of(
        IReadOnlyList<UInt128> contents, IReadOnlyCollection<ItemVerdict> items, JobKind kind, bool exact,
        AuditCalibration calibration)
    {
        ArgumentNullException.ThrowIfNull(contents);
        ArgumentNullException.ThrowIfNull(items);
        return contents.Count == items.Count
            ? Of([
                .. items.Zip(contents, (item, content) => AuditEvidence.Of(content, item, kind, exact, calibration))
                    .DistinctBy(item => item.Content),
            ])
            : throw new ArgumentException(
                $"There are {contents.Count} contents for {items.Count} items.", nameof(contents));
    }

    /// <summary>What items of different contents come to.</summary>
    public static ShardFinding Of(IReadOnlyList<JudgedItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        double ratio = AuditEvidence.Of(items);
        ShardOutcome outcome =
            items.All(item => item.IsVoid) ? ShardOutcome.Void
            : items.Any(item => item.IsWrong) || ratio >= RejectionBound ? ShardOutcome.Rejected
            : ratio >= SuspicionBound ? ShardOutcome.Suspicious
            : ShardOutcome.Verified;
        return new ShardFinding(outcome, ratio) { Items = items };
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
            : Middle(others) with { Outcome = ShardOutcome.Suspicious };
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
