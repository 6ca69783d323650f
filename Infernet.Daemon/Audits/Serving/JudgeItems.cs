using Infernet.Core.Schemas;

namespace Infernet.Daemon.Audits.Serving;

/// <summary>Judges every item of a request that was found sensible; cancelling it throws.</summary>
/// <exception cref="Infernet.Execution.InferenceException">The engine can't go on.</exception>
internal delegate Task<IReadOnlyList<ItemVerdict>> JudgeItems(
    AuditRequest request, CancellationToken cancellationToken);
