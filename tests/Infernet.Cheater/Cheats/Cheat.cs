using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Serving;
using Infernet.Daemon.Jobs.Providing;

namespace Infernet.Cheater.Cheats;

/// <summary>One way to cheat: each overrides the step at which it does not do what it says.</summary>
internal abstract class Cheat(string name, string description) : IAsyncDisposable
{
    public string Name { get; } = name;

    public string Description { get; } = description;

    /// <summary>Makes ready, before the node starts.</summary>
    public virtual Task PrepareAsync(CheatGround ground, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Answers an item.</summary>
    public virtual Task<ItemAnswer> AnswerAsync(
        Item item, Sampling sampling, HonestProvider honest, CancellationToken cancellationToken) =>
        honest.AnswerAsync(item, sampling, cancellationToken);

    /// <summary>Judges the answers of another provider.</summary>
    public virtual Task<IReadOnlyList<ItemVerdict>> JudgeAsync(
        AuditRequest request, JudgeItems honest, CancellationToken cancellationToken) =>
        honest(request, cancellationToken);

    /// <summary>Signs for a shard.</summary>
    public virtual byte[] Seal(NodeIdentity identity, Receipt receipt) => ReceiptEnvelope.Seal(identity, receipt);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
