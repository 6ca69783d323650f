using Infernet.Core.Payments;

namespace Infernet.Daemon.Jobs.Matching;

/// <summary>What a job may pay providers.</summary>
/// <param name="Asset">What this node pays in; null if it can't pay.</param>
/// <param name="Limit">Prices above which a provider is not used; null for any.</param>
/// <param name="WhyNot">Why it can't pay, as the end of a sentence.</param>
internal sealed record JobTerms(Asset? Asset, Prices? Limit, string WhyNot = "this node has no wallet")
{
    /// <summary>Whether providers are paid by an escrow for this job.</summary>
    public bool ByEscrow { get; init; }

    /// <summary>Of a node without a wallet.</summary>
    public static JobTerms Free { get; } = new(null, null);
}
