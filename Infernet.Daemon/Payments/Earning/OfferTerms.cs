using Infernet.Core.Payments;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>Holds the prices of an offer against those that this node asks. Pure.</summary>
internal static class OfferTerms
{
    /// <summary>Whether a job is free, paid by which prices, or refused with a sentence.</summary>
    /// <param name="offer">As it came.</param>
    /// <param name="asked">What this node asks.</param>
    /// <param name="asset">What that is in.</param>
    /// <param name="agreed">The job's prices; those that nothing is asked by if it is free.</param>
    /// <returns>The sentence, or null.</returns>
    public static string? Read(Offer offer, Prices asked, Asset asset, out Prices agreed)
    {
        agreed = new Prices();
        if (offer.Payment is null)
        {
            return asked.IsFree
                ? null
                : $"this node asks {asked.Describe(asset)}, and the offer pays nothing: offer a payment intent and a channel";
        }

        if (Prices.Read(offer.Payment.Prices, out agreed) is { } problem)
        {
            return problem;
        }

        if (agreed.IsFree && asked.IsFree)
        {
            return null;
        }

        if (!agreed.Mint.Equals(asked.Mint))
        {
            return $"wrong mint: the offer pays in {Asset.NameOf(agreed.Mint)}, this node is paid in "
                + Asset.NameOf(asked.Mint);
        }

        return asked.IsWithin(agreed)
            ? null
            : $"this node asks {asked.Describe(asset)}; the offer pays {agreed.Describe(asset)}";
    }
}
