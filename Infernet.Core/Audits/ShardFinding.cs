namespace Infernet.Core.Audits;

/// <summary>What one verdict, or several on the same receipt, come to.</summary>
/// <param name="Outcome">What follows for the shard.</param>
/// <param name="LogLikelihoodRatio">What goes into the peer's <see cref="SequentialTest"/>; positive speaks for cheating.</param>
public sealed record ShardFinding(ShardOutcome Outcome, double LogLikelihoodRatio)
{
    /// <summary>What it is made of, each content once; empty where that is not known.</summary>
    public IReadOnlyList<JudgedItem> Items { get; init; } = [];

    /// <summary>
    /// What it adds to an account in which these contents are; null if nothing. The same answer to the same question is
    /// judged the same each time, so it is evidence once, for whoever was judged and for whoever reports it.
    /// </summary>
    public ShardFinding? Beyond(IReadOnlySet<UInt128> known)
    {
        JudgedItem[] added = [.. Items.Where(item => !known.Contains(item.Content))];
        return added.Length == Items.Count ? this : added.Length > 0 ? ShardJudgement.Of(added) : null;
    }
}
