using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// What this node asks: the settings' prices, or those that its owner set since, which outlive a restart as long as the
/// node is paid in the same mint. Thread-safe.
/// </summary>
internal sealed class PriceBook
{
    private readonly PriceTable _table;
    private readonly TimeProvider _time;
    private readonly ByteString _mint;
    private volatile State _state;

    /// <param name="table">Where prices that were set are kept.</param>
    /// <param name="settings">The prices until others are set; their mint is not looked at.</param>
    /// <param name="mint">What this node is paid in: 32 bytes.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ApiException">The settings' prices are out of range.</exception>
    public PriceBook(PriceTable table, PriceList settings, ReadOnlySpan<byte> mint, TimeProvider time)
    {
        (_table, _time) = (table, time);
        Asset.TryNormalize(ByteString.CopyFrom(mint), out _mint);
        _state = new State(Checked(settings), null);
        if (table.Find() is { } set && Prices.Read(set.Prices, out Prices kept) is null && kept.Mint.Equals(_mint))
        {
            _state = new State(kept, set.At);
        }
    }

    /// <summary>The prices changed. Must return at once.</summary>
    public event Action? Changed;

    public Prices Current => _state.Prices;

    /// <summary>When they were set; null if they are those of the settings.</summary>
    public DateTimeOffset? SetAt => _state.SetAt;

    /// <summary>Sets others: durable when it returns, and told to everybody from then on.</summary>
    /// <exception cref="ApiException">A price is out of range.</exception>
    public async Task SetAsync(PriceList prices, CancellationToken cancellationToken)
    {
        Prices wanted = Checked(prices);
        DateTimeOffset now = _time.GetUtcNow();
        await _table.SetAsync(wanted.ToMessage(), now, cancellationToken).ConfigureAwait(false);
        _state = new State(wanted, now);
        Changed?.Invoke();
    }

    private Prices Checked(PriceList list)
    {
        PriceList own = list.Clone();
        own.Mint = _mint;
        return Prices.Read(own, out Prices prices) is { } problem
            ? throw new ApiException("invalid", $"{problem}.")
            : prices;
    }

    private sealed record State(Prices Prices, DateTimeOffset? SetAt);
}
