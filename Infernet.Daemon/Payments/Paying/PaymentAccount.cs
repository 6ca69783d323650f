using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>
/// What one job may pay one provider: a part of a channel, set aside until this is disposed. Never more than that is
/// paid by it. Thread-safe.
/// </summary>
internal sealed class PaymentAccount : IAsyncDisposable
{
    private readonly VoucherPen _pen;
    private readonly Reservation _reservation;
    private readonly long _job;
    private readonly TimeProvider _time;
    private readonly Action<PaymentAccount> _ended;
    private int _disposed;

    internal PaymentAccount(
        PaymentRequest request, Reservation reservation, OfferPayment terms, VoucherPen pen, TimeProvider time,
        Action<PaymentAccount> ended)
    {
        (Provider, Prices, Ceiling, _job) = (request.Provider, request.Prices, request.Ceiling, request.Job);
        (_reservation, Terms, _pen, _time, _ended) = (reservation, terms, pen, time, ended);
    }

    public PeerId Provider { get; }

    public Prices Prices { get; }

    /// <summary>What the offer carries.</summary>
    public OfferPayment Terms { get; }

    /// <summary>The most that is paid by it.</summary>
    public ulong Ceiling { get; }

    /// <summary>What was paid by it.</summary>
    public ulong Paid => Ceiling - Left;

    /// <summary>What may still be.</summary>
    public ulong Left => _reservation.Left;

    /// <summary>Whether nothing new is to be begun by it: what it pays by ends soon.</summary>
    public bool IsEnding => _time.GetUtcNow() >= EndsAt;

    internal DateTimeOffset EndsAt { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>By which it pays.</summary>
    public Address Channel => _reservation.Channel;

    internal Reservation Reservation => _reservation;

    /// <summary>What it takes of the provider's credit; left with the account. Null where others look after that.</summary>
    internal CreditShare? Share { get; init; }

    /// <summary>Pays for a shard, once, and answers the voucher to send; null if it costs nothing.</summary>
    /// <exception cref="PaymentException">It is more than is left, or than the day's cap allows.</exception>
    public Task<Payment?> PayAsync(long shard, int attempt, ulong amount, CancellationToken cancellationToken) =>
        PayAsync(
            new PaymentRecord(
                _job, shard, attempt, Provider.ToString(), _reservation.Channel, amount, _time.GetUtcNow()),
            cancellationToken);

    /// <summary>Pays what this account is for, once.</summary>
    /// <exception cref="PaymentException">It is more than is left, or than the day's cap allows.</exception>
    public Task<Payment?> PayAsync(Charge charge, CancellationToken cancellationToken) =>
        _pen.PayAsync(_reservation, charge, cancellationToken);

    /// <summary>Gives back what was not paid; the provider is brought the last voucher.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Share?.Dispose();
            _ended(this);
        }

        return ValueTask.CompletedTask;
    }
}
