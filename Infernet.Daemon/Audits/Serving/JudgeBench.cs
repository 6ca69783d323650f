using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Audits.Serving;

/// <summary>
/// Where everything is judged that this node judges, for others and for itself: a few at a time, so that audits never
/// take more than their slots from paid work.
/// </summary>
/// <param name="find">What judges a model's answers; null when it is not served.</param>
/// <param name="slots">How many requests at a time.</param>
internal sealed class JudgeBench(Func<Cid, ServedAuditor?> find, int slots) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(slots);

    /// <summary>What judges a model's answers; null when it is not served.</summary>
    public ServedAuditor? Find(Cid root) => find(root);

    /// <summary>Judges when it is this request's turn.</summary>
    /// <exception cref="Infernet.Execution.InferenceException">The engine can't go on.</exception>
    public async Task<IReadOnlyList<ItemVerdict>> JudgeAsync(
        ServedAuditor auditor, AuditRequest request, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await auditor.Judge(request, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    public void Dispose() => _slots.Dispose();
}
