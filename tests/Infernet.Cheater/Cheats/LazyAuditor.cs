using Infernet.Core.Audits;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Serving;

namespace Infernet.Cheater.Cheats;

/// <summary>Answers honestly, and finds the answers of others right without a look.</summary>
internal sealed class LazyAuditor() : Cheat("lazy-auditor", "honest answers, but every audit is passed unseen")
{
    public override Task<IReadOnlyList<ItemVerdict>> JudgeAsync(
        AuditRequest request, JudgeItems honest, CancellationToken cancellationToken) =>
        Task.FromResult(UnseenVerdict.Of(request, MarginBins.Zero));
}
