using Infernet.Core.Payments;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// One paid audit for one payer. From when it is taken up its price counts against the payer's window: once the verdict was
/// told as a debt, else until this is disposed. Used by one session at a time.
/// </summary>
/// <param name="work">What was taken up; left on disposal.</param>
/// <param name="id">What the intent names, 16 bytes.</param>
/// <param name="usage">What is read.</param>
/// <param name="cost">What that comes to.</param>
internal sealed class AuditAccount(TakenWork work, byte[] id, Usage usage, ulong cost) : IDisposable
{
    private readonly GateEntry _entry = new(work.Intent, cost);
    private bool _begun;
    private bool _disposed;

    /// <summary>Lets the audit begin.</summary>
    /// <returns>Null, or why it may not, for the payer.</returns>
    public string? TryBegin()
    {
        string? refusal = work.Gate.TryEnterAudit(_entry);
        _begun = refusal is null;
        return refusal;
    }

    /// <summary>The payer has the verdict: what it owes is durable when this returns. Once.</summary>
    public async Task RevealedAsync()
    {
        ulong owed = 0;
        try
        {
            await work.Ground.Journal.Earnings.AddAsync(
                new EarningRecord(
                    work.Ground.Payer, work.Ground.Wallet, work.Ground.AssetKey, id, 0, 0, work.Ground.Model, usage,
                    (long)Math.Min(cost, long.MaxValue), work.Ground.Time.GetUtcNow())
                {
                    Kind = EarningRecord.Audit,
                },
                CancellationToken.None).ConfigureAwait(false);
            owed = cost;
        }
        finally
        {
            End(owed);
        }
    }

    /// <summary>
    /// The payer is gone and owes nothing: its channel is free again, but the price stands against its window until this
    /// is disposed.
    /// </summary>
    public void Abandon() => work.Release();

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            End(0);
            work.Release();
            work.Leave();
        }
    }

    private void End(ulong owed)
    {
        if (_begun)
        {
            _begun = false;
            work.Gate.Ended(_entry, owed);
        }
    }
}
