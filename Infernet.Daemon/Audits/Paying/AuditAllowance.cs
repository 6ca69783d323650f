using Google.Protobuf;
using Infernet.Core.Payments;

namespace Infernet.Daemon.Audits.Paying;

/// <summary>
/// What the judging of one case may cost: not more than the judged work, by the price of who did it or, if that is more, by
/// the middle one of the prices of all who serve the model. The latter keeps a cheat from being out of reach of all auditors
/// by asking next to nothing. Immutable; pure.
/// </summary>
internal sealed record AuditAllowance
{
    /// <summary>What is paid in.</summary>
    public required ByteString Mint { get; init; }

    /// <summary>What the judged items took.</summary>
    public required Usage Judged { get; init; }

    /// <summary>What they were paid by; null if they cost nothing.</summary>
    public Prices? PaidBy { get; init; }

    /// <summary>Whether auditors may be paid where the work itself cost nothing: its owner named what it may spend.</summary>
    public bool PaysForFreeWork { get; init; }

    /// <summary>Prices above which nobody is used; null for any.</summary>
    public Prices? Limit { get; init; }

    /// <summary>The most that one auditor may cost.</summary>
    /// <param name="asked">What each asks who serves the model.</param>
    public ulong Most(IEnumerable<Prices> asked)
    {
        if (PaidBy is null && !PaysForFreeWork)
        {
            return 0;
        }

        ulong[] costs = [.. asked.Where(p => !p.IsFree && p.Mint.Equals(Mint)).Select(p => p.CostOf(Judged)).Order()];
        return Math.Max(PaidBy?.CostOf(Judged) ?? 0, costs.Length == 0 ? 0 : costs[costs.Length / 2]);
    }

    /// <summary>Whether an auditor's prices are within the job's.</summary>
    public bool Allows(Prices prices) =>
        prices.Mint.Equals(Mint)
        && (Limit is null || prices.InputPerMillionTokens <= Limit.InputPerMillionTokens);
}
