using Infernet.Core.Identity;

namespace Infernet.Core.Reputation;

/// <summary>
/// What all verdicts on one piece of work come to: the lower median of their ratios. One auditor alone between two
/// condemns nobody, and of three the majority decides.
/// </summary>
internal sealed record AuditedShard(
    PeerId Reporter, IReadOnlyList<Observation> Verdicts, double LogLikelihoodRatio, DateTimeOffset At)
{
    /// <summary>Groups verdicts by the work that they judge, in the order of its times.</summary>
    public static IEnumerable<AuditedShard> Group(IEnumerable<Observation> verdicts) =>
        verdicts.GroupBy(v => (v.Aggregator, v.Work)).Select(Of).OrderBy(s => s.Verdicts[0], ObservationOrder.Instance);

    private static AuditedShard Of(IGrouping<(PeerId Aggregator, string Work), Observation> verdicts)
    {
        Observation[] ordered = [.. verdicts.Order(ObservationOrder.Instance)];
        double[] ratios = [.. ordered.Select(v => v.LogLikelihoodRatio).Order()];
        return new AuditedShard(verdicts.Key.Aggregator, ordered, ratios[(ratios.Length - 1) / 2], ordered[0].At);
    }
}
