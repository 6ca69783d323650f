using Infernet.Core.Audits;
using Infernet.Core.Identity;

namespace Infernet.Core.Reputation;

/// <summary>
/// All verdicts on one piece of work, and what they come to together: one audit, however many auditors gave it. One
/// auditor alone between two condemns nobody, and of three the majority decides (<see cref="ShardJudgement"/>).
/// </summary>
internal sealed record AuditedShard(
    PeerId Reporter, IReadOnlyList<Observation> Verdicts, ShardFinding Finding, DateTimeOffset At)
{
    /// <summary>What was judged in it.</summary>
    public IEnumerable<UInt128> Contents =>
        Verdicts.SelectMany(v => v.Finding!.Items).Where(item => !item.IsVoid).Select(item => item.Content);

    /// <summary>What the verdicts come to without these contents; null if nothing is left.</summary>
    public ShardFinding? Beyond(IReadOnlySet<UInt128> known)
    {
        ShardFinding[] left = [.. Verdicts.Select(v => v.Finding!.Beyond(known)).OfType<ShardFinding>()];
        return left.Length > 0 ? ShardJudgement.Combine(left) : null;
    }

    /// <summary>Groups verdicts by the work that they judge, in the order of its times.</summary>
    public static IEnumerable<AuditedShard> Group(IEnumerable<Observation> verdicts) =>
        verdicts.GroupBy(v => v.Work).Select(Of).OrderBy(s => s.Verdicts[0], ObservationOrder.Instance);

    private static AuditedShard Of(IEnumerable<Observation> verdicts)
    {
        // An auditor has one vote, however often its verdict was signed for.
        Observation[] ordered =
            [.. verdicts.Order(ObservationOrder.Instance).DistinctBy(v => v.Auditor)];
        return new AuditedShard(
            ordered[0].Aggregator, ordered, ShardJudgement.Combine([.. ordered.Select(v => v.Finding!)]), ordered[0].At);
    }
}
