using Infernet.Core.Payments;
using Infernet.Solana.Programs;

namespace Infernet.Daemon.Jobs.Matching;

/// <summary>Holds what a provider asks against what a job may pay. Pure.</summary>
internal static class PriceCheck
{
    private static readonly Usage Typical = new(1_000, 1_000);

    /// <summary>Why a provider can't be paid, as the end of a sentence; null if it can, or asks nothing.</summary>
    public static string? FindProblem(Candidate candidate, JobTerms terms)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(terms);
        if (candidate.PriceProblem is { } problem)
        {
            return $"says prices that make no sense: {problem}";
        }

        Prices prices = candidate.Prices;
        if (prices.IsFree)
        {
            return null;
        }

        if (terms.Asset is not { } asset)
        {
            return $"asks {Asked(prices, null)}; {terms.WhyNot}";
        }

        if (!asset.Is(prices.Mint))
        {
            return $"is paid in {Asset.NameOf(prices.Mint)}; this node pays in {Asset.NameOf(asset.Mint)}";
        }

        return candidate.Payout is not { } payout ? $"asks {Asked(prices, asset)}, and names no address to pay to"
            : Payees.FindWalletProblem(payout) is { } unpayable ? $"wants to be paid at {payout}, which {unpayable}"
            : terms.ByEscrow && !candidate.TakesEscrows
                ? $"asks {Asked(prices, asset)}, and takes no escrows; leave --escrow out to pay it by a channel"
            : terms.Limit is { } limit && !prices.IsWithin(limit)
                ? $"asks {Asked(prices, asset)}; the job pays at most {LimitOf(limit, asset)}"
            : null;
    }

    /// <summary>
    /// What a typical shard costs: a thousand tokens of each kind, and an engine's minute where that is asked for.
    /// </summary>
    public static ulong TypicalCost(Prices prices)
    {
        ArgumentNullException.ThrowIfNull(prices);
        return prices.CostOf(prices.EnginePerHour == 0 ? Typical : Typical with { EngineMicroseconds = 60_000_000 });
    }

    // A mint's decimals are known only of what this node pays in itself.
    private static string Asked(Prices prices, Asset? asset) => prices.Describe(
        asset ?? (prices.Mint.IsEmpty ? Asset.Sol : Asset.Of(prices.Mint.Span, 0)));

    private static string LimitOf(Prices limit, Asset asset) => (limit with
    {
        InputPerMillionTokens = Shown(limit.InputPerMillionTokens),
        OutputPerMillionTokens = Shown(limit.OutputPerMillionTokens),
        EnginePerHour = Shown(limit.EnginePerHour),
        ContainerPerHour = Shown(limit.ContainerPerHour),
    }).Describe(asset);

    // What has no limit is not told.
    private static ulong Shown(ulong price) => price == Prices.MaxPrice ? 0 : price;
}
