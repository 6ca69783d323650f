using Infernet.Core.Api;
using Infernet.Core.Jobs;
using Infernet.Core.Payments;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Jobs.Paying;

/// <summary>What a job may spend, and on what terms: its specification's texts in the node's asset.</summary>
/// <param name="Terms">What providers may ask.</param>
/// <param name="Budget">The most that it may pay in all, in the smallest unit.</param>
internal sealed record SpendingPlan(JobTerms Terms, ulong Budget)
{
    /// <summary>Of a job on a node that does not pay.</summary>
    public static SpendingPlan Free { get; } = new(JobTerms.Free, 0);

    /// <summary>Reads a job's.</summary>
    /// <exception cref="ApiException">An amount is of another asset, or there is a budget and no wallet.</exception>
    public static async Task<SpendingPlan> ReadAsync(
        Payer? payer, JobSpecification specification, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(specification);
        if (payer is null)
        {
            return specification is { Budget: null, Escrow: false } ? Free : throw new ApiException(
                PaymentCodes.Off,
                (specification.Budget is { } budget ? $"The job has a budget of {budget}" : "The job is to be paid by an escrow")
                + ", and this node pays nobody: payments are off. Leave that out to use providers that ask nothing, or turn "
                + "payments on: see 'infernet config set --help'");
        }

        Asset asset;
        try
        {
            asset = payer.KnownAsset ?? await payer.AssetAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (PaymentException unknown)
        {
            // Providers that ask nothing work all the same.
            return new SpendingPlan(new JobTerms(null, null, unknown.Message), 0);
        }

        return new SpendingPlan(
            new JobTerms(asset, LimitOf(specification.MaxPrice, asset)) { ByEscrow = specification.Escrow },
            specification.Budget is { } text ? Amount("budget", text, asset) : payer.DefaultBudget);
    }

    /// <summary>The same for a job that goes on by itself: what can't be read any more lets it pay nothing.</summary>
    public static async Task<SpendingPlan> RestoreAsync(
        Payer? payer, JobSpecification specification, CancellationToken cancellationToken)
    {
        try
        {
            return await ReadAsync(payer, specification, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException changed)
        {
            return new SpendingPlan(new JobTerms(null, null, changed.Message), 0);
        }
    }

    private static Prices? LimitOf(PriceLimit? limit, Asset asset) => limit is null ? null : new Prices
    {
        Mint = asset.Mint,
        InputPerMillionTokens = Price("max_price.input", limit.Input, asset),
        OutputPerMillionTokens = Price("max_price.output", limit.Output, asset),
        EnginePerHour = Prices.MaxPrice,
        ContainerPerHour = Prices.MaxPrice,
    };

    private static ulong Price(string field, string? text, Asset asset) =>
        text is null ? Prices.MaxPrice : Math.Min(Amount(field, text, asset), Prices.MaxPrice);

    private static ulong Amount(string field, string text, Asset asset) =>
        AmountText.TryParse(text, asset, out ulong amount, out string? problem) && amount <= long.MaxValue
            ? amount
            : throw new ApiException("invalid", $"{field}: {problem ?? $"{text} is more than can be paid"}");
}
