using Infernet.Core.Audits;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Serving;

namespace Infernet.Cheater.Cheats;

/// <summary>Answers honestly, and finds the answers of others wrong without a look.</summary>
internal sealed class SlanderingAuditor() : Cheat("slandering-auditor", "honest answers, but every audit is failed")
{
    public override Task<IReadOnlyList<ItemVerdict>> JudgeAsync(
        AuditRequest request, JudgeItems honest, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ItemVerdict>>([.. request.Items.Select(Fail)]);

    private static ItemVerdict Fail(AuditItem item)
    {
        var verdict = new ItemVerdict { Tokens = (uint)item.Receipt.TokenIds.Count };
        if (verdict.Tokens > 0)
        {
            uint[] counts = new uint[MarginBins.Count];
            counts[MarginBins.Filtered] = verdict.Tokens;
            verdict.MarginCounts.AddRange(counts);
        }
        else
        {
            verdict.Faults.Add(ItemVerdict.Types.Fault.Embedding);
        }

        return verdict;
    }
}
