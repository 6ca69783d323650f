using Infernet.Core.Audits;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>Holds what an audit is offered against what this node asks for it. Pure.</summary>
internal static class AuditTerms
{
    /// <summary>Whether an audit costs nothing, so much, or is refused with a sentence.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="asked">What this node asks; of that the input price counts.</param>
    /// <param name="asset">What that is in.</param>
    /// <param name="agreed">The audit's prices.</param>
    /// <param name="cost">What it comes to by them; 0 if it is free.</param>
    /// <returns>The sentence, or null.</returns>
    public static string? Read(
        AuditRequest request, Prices asked, Asset asset, out Prices agreed, out ulong cost)
    {
        (agreed, cost) = (new Prices(), AuditBill.AmountOf(request, asked));
        if (cost == 0)
        {
            return null;
        }

        if (request.Payment is null)
        {
            return $"this node asks {asset.Show(cost)} for judging this, and nothing is offered: offer a payment intent and a "
                + "channel";
        }

        if (Prices.Read(request.Payment.Prices, out agreed) is { } problem)
        {
            return problem;
        }

        if (!agreed.Mint.Equals(asked.Mint))
        {
            return $"wrong mint: the audit pays in {Asset.NameOf(agreed.Mint)}, this node is paid in "
                + Asset.NameOf(asked.Mint);
        }

        ulong offered = AuditBill.AmountOf(request, agreed);
        if (agreed.InputPerMillionTokens < asked.InputPerMillionTokens)
        {
            return $"this node asks {asset.Show(cost)} for judging this, {asset.Show(offered)} are offered";
        }

        cost = offered;
        return null;
    }
}
