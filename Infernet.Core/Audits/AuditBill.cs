using Infernet.Core.Payments;
using Infernet.Core.Schemas;

namespace Infernet.Core.Audits;

/// <summary>
/// What an audit costs: the auditor's input price for each token of the judged prompts and answers, since one pass over them
/// scores them all. Both sides know it from the request, before any work. Pure.
/// </summary>
public static class AuditBill
{
    /// <summary>Length of a bill's id in bytes: that of the job which a payment intent names.</summary>
    public const int IdLength = 16;

    /// <summary>What is read: the prompts' tokens as their receipts claim them, and the answers'.</summary>
    public static Usage UsageOf(AuditRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new Usage(
            request.Items.Aggregate(0ul, (sum, i) => sum + i.Receipt.PromptTokens + (ulong)i.Receipt.TokenIds.Count), 0);
    }

    /// <summary>The amount, in the smallest unit of what the prices are in.</summary>
    public static ulong AmountOf(AuditRequest request, Prices prices)
    {
        ArgumentNullException.ThrowIfNull(prices);
        return prices.CostOf(UsageOf(request));
    }

    /// <summary>What the intent names in a job's place. It follows from the request, so it says no more of the job.</summary>
    public static byte[] IdOf(AuditRequest request) => AuditRequestHash.Of(request)[..IdLength];
}
