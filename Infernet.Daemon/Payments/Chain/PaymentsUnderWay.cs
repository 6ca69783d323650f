using Infernet.Core.Api;

namespace Infernet.Daemon.Payments.Chain;

/// <summary>
/// The payments that this process works on, one task for each purpose and key: whoever orders one that is under way
/// waits for the very same.
/// </summary>
internal sealed class PaymentsUnderWay
{
    /// <summary>Who orders more is refused.</summary>
    public const int Max = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Purpose, string Key), Task<SettledTransaction>> _running = [];

    /// <summary>The task of a payment, begun unless it runs already.</summary>
    /// <exception cref="PaymentException">Too many run.</exception>
    public Task<SettledTransaction> Begin(string purpose, string key, Func<Task<SettledTransaction>> run)
    {
        lock (_gate)
        {
            if (_running.TryGetValue((purpose, key), out Task<SettledTransaction>? running))
            {
                return running;
            }

            if (_running.Count >= Max)
            {
                throw new PaymentException(
                    PaymentCodes.Pending,
                    $"{Max} transactions are under way already; try again when the cluster has taken some.");
            }

            running = Task.Run(() => RunAsync((purpose, key), run));
            _running.Add((purpose, key), running);
            return running;
        }
    }

    /// <summary>Whether one of a purpose runs.</summary>
    public bool Has(string purpose)
    {
        lock (_gate)
        {
            return _running.Keys.Any(k => k.Purpose == purpose);
        }
    }

    /// <summary>Whether this very one runs.</summary>
    public bool Has(string purpose, string key)
    {
        lock (_gate)
        {
            return _running.ContainsKey((purpose, key));
        }
    }

    /// <summary>Waits for all, which were told to stop, however they end.</summary>
    public async Task EndAsync()
    {
        Task[] left;
        lock (_gate)
        {
            left = [.. _running.Values];
        }

        await Task.WhenAll(left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<SettledTransaction> RunAsync((string, string) name, Func<Task<SettledTransaction>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                _running.Remove(name);
            }
        }
    }
}
