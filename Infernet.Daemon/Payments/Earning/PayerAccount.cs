using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// One paid job of one payer, from the offer that was accepted to the end of its stream: lets shards begin, writes what
/// they cost, and takes vouchers. Safe for use from many threads.
/// </summary>
internal sealed class PayerAccount : IDisposable
{
    private const ulong GrowthSteps = 4;

    private readonly PayerBook _book;
    private readonly PayerGate _gate;
    private readonly IntentUse _intent;
    private readonly Offer _offer;
    private readonly AccountGround _ground;
    private readonly Lock _widening = new();
    private ulong _told;
    private ulong _paidSince;
    private int _disposed;

    /// <param name="book">Where this account is entered; it leaves on disposal.</param>
    /// <param name="gate">The payer's.</param>
    /// <param name="intent">What the job may cost.</param>
    /// <param name="offer">What was accepted.</param>
    /// <param name="ground">Who pays, on what, and by what it is counted.</param>
    public PayerAccount(PayerBook book, PayerGate gate, IntentUse intent, Offer offer, AccountGround ground)
    {
        (_book, _gate, _intent, _offer, _ground) = (book, gate, intent, offer, ground);
        (ulong window, ulong unpaid) = gate.Standing;
        Terms = new AcceptPayment { Credit = _told = window, Unpaid = unpaid };
    }

    /// <summary>What the payer is told with the acceptance.</summary>
    public AcceptPayment Terms { get; }

    /// <summary>Waits until a shard may begin; each that may must be ended.</summary>
    public async Task<ShardPass> EnterAsync(Shard shard, CancellationToken cancellationToken)
    {
        Usage bound = UsageBound.Of(shard.Items, _offer.Sampling?.MaxTokens ?? 0, TimeSpan.Zero);
        bound = bound with
        {
            EngineMicroseconds = UsageBound.EngineMicroseconds(bound.PromptTokens + bound.CompletionTokens),
        };
        var entry = new GateEntry(_intent, _ground.Prices.CostOf(bound)) { Bound = bound };
        Task<string?> entering = _gate.EnterAsync(entry, _ground.Options.RoomTimeout, _ground.Time, cancellationToken);
        if (!entering.IsCompleted)
        {
            // Perhaps a voucher that has come makes room for it.
            Hurry();
        }

        return new ShardPass(entry, await entering.ConfigureAwait(false));
    }

    /// <summary>An item of a shard that began has ended. Say so before the payer hears of it.</summary>
    /// <param name="entry">The shard's place.</param>
    /// <param name="item">What was asked.</param>
    /// <param name="line">What it took.</param>
    public void ItemEnded(GateEntry entry, Item item, ItemReceipt line)
    {
        if (line.PromptTokens > 0)
        {
            uint most = item.InputCase == Item.InputOneofCase.Text ? 0 : _offer.Sampling?.MaxTokens ?? 0;
            _gate.ItemEnded(
                entry, UsageBound.Spared(UsageBound.PromptTokens(item), most, line.PromptTokens, line.CompletionTokens),
                _ground.Prices);
        }
    }

    /// <summary>A shard that began is over: what it cost is durable when this returns.</summary>
    /// <param name="entry">Its place.</param>
    /// <param name="receipt">What was done; null if nothing is owed.</param>
    public async Task EndedAsync(GateEntry entry, Receipt? receipt)
    {
        ulong owed = 0;
        ulong bill = receipt is null ? 0 : _gate.Bill(_intent, _ground.Prices.CostOf(Usage.Of(receipt)));
        try
        {
            if (receipt is not null)
            {
                await WriteAsync(receipt, bill).ConfigureAwait(false);
            }

            // What could not be written its payer is not told of, and will never pay.
            owed = bill;
        }
        finally
        {
            _gate.Ended(entry, owed, bill);
        }
    }

    /// <summary>
    /// Takes a voucher; it counts when this returns. What is wrong with it is known before anything is waited for, unless the
    /// chain has to be asked; then it is written along with something else, or when a shard waits for room.
    /// </summary>
    /// <returns>Null, or why an honest payer would not have sent it.</returns>
    public async Task<string?> TakeAsync(Payment payment, CancellationToken cancellationToken)
    {
        Task<TakenVoucher> taking = _ground.Vouchers.TakeAsync(
            payment, _ground.Channel, _offer.JobId.ToByteArray(), _ground.Asset, soon: true, cancellationToken);
        if (!taking.IsCompleted)
        {
            _gate.Takes(taking);
            if (_gate.IsWaitedAt)
            {
                Hurry();
            }
        }

        TakenVoucher taken = await taking.ConfigureAwait(false);
        if (taken.Held > taken.Before)
        {
            _gate.Credit(_intent, taken.Held - taken.Before);
            Interlocked.Add(ref _paidSince, taken.Held - taken.Before);
        }

        return taken.IsViolation ? taken.Problem : null;
    }

    /// <summary>Nothing more will come: vouchers that have are written now.</summary>
    public void Hurry() => _ground.Journal.Channels.Hurry();

    /// <summary>
    /// Widens the payer's window as far as what it paid meanwhile lets it grow. A window is worked out anew when a quarter of
    /// it was paid, since it grows by half of that at most, and is told when it has grown by an eighth. What it has paid is a
    /// reason for what it was lent without one.
    /// </summary>
    /// <returns>What the payer is to be told; null if nothing new.</returns>
    public ulong? TryWiden()
    {
        lock (_widening)
        {
            if (Volatile.Read(ref _paidSince) < _told / GrowthSteps)
            {
                return null;
            }

            Volatile.Write(ref _paidSince, 0);
            PayerWindow window = _ground.Window(_gate.First);
            _gate.Widen(window);
            return window.Amount > _told && window.Amount - _told >= _told / (2 * GrowthSteps)
                ? _told = window.Amount
                : null;
        }
    }

    /// <summary>The payer says that it will not pay a shard. It stays owed: nobody here says that the audit was right.</summary>
    public Task WithheldAsync(PaymentWithheld withheld, CancellationToken cancellationToken) =>
        _ground.Journal.Earnings.WithholdAsync(
            _ground.Payer, _offer.JobId.ToByteArray(), withheld.ShardId, withheld.Attempt,
            withheld.Reason[..Math.Min(withheld.Reason.Length, PayProtocol.MaxProblemLength)], cancellationToken);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _book.Release(_ground.Channel, _intent);
            _book.Leave(_ground.Payer);
        }
    }

    // What was computed is owed also when the node stops meanwhile, so nothing cancels this.
    private Task WriteAsync(Receipt receipt, ulong cost) => _ground.Journal.Earnings.AddAsync(
        new EarningRecord(
            _ground.Payer, _ground.Wallet, _ground.AssetKey, receipt.JobId.ToByteArray(), receipt.ShardId,
            receipt.Attempt, _ground.Model, Usage.Of(receipt), (long)Math.Min(cost, long.MaxValue),
            _ground.Time.GetUtcNow()),
        CancellationToken.None);
}
