using Infernet.Core.Audits;
using Infernet.Core.Schemas;

namespace Infernet.Cheater.Cheats;

/// <summary>A verdict on answers at which nobody looked.</summary>
internal static class UnseenVerdict
{
    /// <summary>All tokens of each answer in one bin; an answer without tokens gets the fault, if there is one.</summary>
    public static IReadOnlyList<ItemVerdict> Of(
        AuditRequest request, int bin, ItemVerdict.Types.Fault fault = ItemVerdict.Types.Fault.None) =>
        [.. request.Items.Select(item => Of(item.Receipt.TokenIds.Count, bin, fault))];

    private static ItemVerdict Of(int tokens, int bin, ItemVerdict.Types.Fault fault)
    {
        var verdict = new ItemVerdict { Tokens = (uint)tokens };
        if (tokens > 0)
        {
            uint[] counts = new uint[MarginBins.Count];
            counts[bin] = verdict.Tokens;
            verdict.MarginCounts.AddRange(counts);
        }
        else if (fault != ItemVerdict.Types.Fault.None)
        {
            verdict.Faults.Add(fault);
        }

        return verdict;
    }
}
