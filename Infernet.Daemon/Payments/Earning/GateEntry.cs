using Infernet.Core.Payments;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>A shard at the gate.</summary>
/// <param name="intent">What its job may cost.</param>
/// <param name="worst">What it may cost at most.</param>
internal sealed class GateEntry(IntentUse intent, ulong worst)
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IntentUse Intent { get; } = intent;

    /// <summary>What it may cost at most, as far as its items have not ended yet.</summary>
    public ulong Worst { get; set; } = worst;

    /// <summary>What it may take at most. Changed under the lock of its payer's gate, as is the amount.</summary>
    public Usage Bound { get; set; }

    /// <summary>Completes when the shard may begin.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Lets the shard begin.</summary>
    public void Begin() => _begun.TrySetResult();
}
