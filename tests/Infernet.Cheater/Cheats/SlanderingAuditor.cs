using Infernet.Core.Audits;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Serving;

namespace Infernet.Cheater.Cheats;

/// <summary>Answers honestly, and finds the answers of others wrong without a look.</summary>
internal sealed class SlanderingAuditor() : Cheat("slandering-auditor", "honest answers, but every audit is failed")
{
    public override Task<IReadOnlyList<ItemVerdict>> JudgeAsync(
        AuditRequest request, JudgeItems honest, CancellationToken cancellationToken) =>
        Task.FromResult(UnseenVerdict.Of(request, MarginBins.Filtered, ItemVerdict.Types.Fault.Embedding));
}
