using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Jobs.Paying;

/// <summary>A payment account with the part of the job's budget that stands behind it.</summary>
/// <param name="account">By which it is paid.</param>
/// <param name="budget">Gets the rest back.</param>
/// <param name="ended">Told when it is given back; null if nobody has to be.</param>
internal sealed class JobAccount(PaymentAccount account, JobBudget budget, Action? ended = null) : IAsyncDisposable
{
    private int _disposed;

    public PeerId Provider => account.Provider;

    public Prices Prices => account.Prices;

    public OfferPayment Terms => account.Terms;

    /// <summary>The most that is paid by it.</summary>
    public ulong Ceiling => account.Ceiling;

    /// <summary>What may still be paid by it.</summary>
    public ulong Left => account.Left;

    /// <summary>Whether nothing new is to be begun by it.</summary>
    public bool IsEnding => account.IsEnding;

    /// <summary>Pays for a shard, once; null if it costs nothing.</summary>
    public Task<Payment?> PayAsync(long shard, int attempt, ulong amount) =>
        account.PayAsync(shard, attempt, amount, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            ulong left = account.Left;
            await account.DisposeAsync().ConfigureAwait(false);
            budget.GiveBack(left);
            ended?.Invoke();
        }
    }
}
