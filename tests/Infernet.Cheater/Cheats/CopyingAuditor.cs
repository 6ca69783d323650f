using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Serving;

namespace Infernet.Cheater.Cheats;

/// <summary>Judges once, and copies what it found into every later verdict: others' it can't see before it commits.</summary>
internal sealed class CopyingAuditor() : Cheat("copying-auditor", "honest answers, but one verdict for every audit")
{
    private IReadOnlyList<ItemVerdict>? _first;

    public override async Task<IReadOnlyList<ItemVerdict>> JudgeAsync(
        AuditRequest request, JudgeItems honest, CancellationToken cancellationToken)
    {
        IReadOnlyList<ItemVerdict> copied = _first ??= await honest(request, cancellationToken);
        return [.. request.Items.Select((_, place) => copied[place % copied.Count])];
    }
}
