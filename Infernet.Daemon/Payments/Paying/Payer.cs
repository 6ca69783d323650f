using System.Collections.Concurrent;
using System.Security.Cryptography;
using Google.Protobuf;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>
/// Pays for work: opens accounts for jobs on channels that it opens and tops up as they are needed, and looks after those
/// channels. Its parts: <see cref="ChannelBook"/> knows what there is, <see cref="ChannelPolicy"/> decides,
/// <see cref="ChannelDesk"/> goes to the chain, <see cref="EscrowOpener"/> for jobs that want escrows,
/// <see cref="CreditLine"/> shares among jobs what a provider lends, <see cref="VoucherPen"/> signs,
/// <see cref="VoucherCourier"/> brings what a stream lost, <see cref="ChannelWatcher"/> cleans up.
/// </summary>
internal sealed class Payer : IAsyncDisposable
{
    private const int Turns = 64;

    private readonly NodeIdentity _identity;
    private readonly ChainClient _chain;
    private readonly PayTable _table;
    private readonly PayingOptions _options;
    private readonly TimeProvider _time;
    private readonly ChannelBook _book;
    private readonly VoucherPen _pen;
    private readonly ChannelDesk _desk;
    private readonly EscrowOpener _escrows;
    private readonly VoucherCourier _courier;
    private readonly ChannelWatcher _watcher;
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Turns).Select(_ => new SemaphoreSlim(1))];
    private readonly ConcurrentDictionary<PeerId, CreditLine> _credit = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _watching = Task.CompletedTask;
    private volatile Asset? _asset;

    public Payer(
        NodeIdentity identity, ChainClient chain, TransactionDesk transactions, SpendingLedger ledger,
        GuardedVoucherSigner signer, PayClient client, EscrowDesk escrows, PayTable table, PayingOptions options,
        TimeProvider time, ILoggerFactory loggers)
    {
        (_identity, _chain, _table, _options, _time) = (identity, chain, table, options, time);
        _asset = chain.Mint == default ? Asset.Sol : null;
        _book = new ChannelBook(table.Channels());
        _pen = new VoucherPen(ledger, signer, table, _book, time);
        _desk = new ChannelDesk(chain, transactions, signer.Signer, _pen, client, table, _book, time);
        _escrows = new EscrowOpener(identity, chain, escrows, _desk, table, _book, options, time);
        _courier = new VoucherCourier(
            client, _pen, table, _book, options, time, loggers.CreateLogger<VoucherCourier>());
        _watcher = new ChannelWatcher(
            this, _book, _desk, _escrows, chain, options, time, loggers.CreateLogger<ChannelWatcher>());
    }

    /// <summary>The settlement program.</summary>
    public Address Program => _chain.Program;

    /// <summary>What is paid in, if it is known without asking the cluster.</summary>
    public Asset? KnownAsset => _asset;

    /// <summary>What a job may spend that names no budget.</summary>
    public ulong DefaultBudget => _options.JobBudget;

    /// <summary>What a channel holds that nobody asked more of.</summary>
    public ulong UsualDeposit => _options.ChannelDeposit;

    /// <summary>What a provider lets this node owe, as its jobs there share it.</summary>
    public CreditLine CreditAt(PeerId provider) => _credit.GetOrAdd(provider, _ => new CreditLine(_time));

    /// <summary>Goes on with what an earlier process left, and begins to look after the channels.</summary>
    public void Start()
    {
        _courier.Start();
        _watching = Task.Run(() => _watcher.RunAsync(_stopping.Token));
    }

    /// <summary>What is paid in.</summary>
    /// <exception cref="PaymentException">The cluster has to be asked for that, and can't be.</exception>
    public async Task<Asset> AssetAsync(CancellationToken cancellationToken) =>
        _asset ??= (await _chain.FactsAsync(cancellationToken).ConfigureAwait(false)).Asset;

    /// <summary>
    /// Opens an account for a job at one provider: finds, opens or tops up a channel, journals an intent, and sets the
    /// ceiling aside. Two jobs that want a channel to one provider at once share one; an escrow is its job's alone.
    /// </summary>
    /// <exception cref="PaymentException">There is no money for it, or the cluster can't be reached.</exception>
    public async Task<PaymentAccount> OpenAsync(PaymentRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ClusterFacts facts = await _chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        _asset = facts.Asset;
        facts.RequireClock();
        Reservation reserved = await ExclusivelyAsync(
            request.Provider, () => ReserveAsync(request, facts, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return await AccountAsync(request, reserved, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _book.Release(reserved);
            throw;
        }
    }

    /// <summary>
    /// What an offer can say of payment while there is nothing to pay by yet, so that its provider says what else speaks
    /// against it before anything is spent; null if there is a channel, or an escrow. Nothing can be earned by it.
    /// </summary>
    /// <exception cref="PaymentException">The cluster can't be reached, or has another date.</exception>
    public async Task<OfferPayment?> SketchAsync(PaymentRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ClusterFacts facts = await _chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        facts.RequireClock();
        bool isThere = request.ByEscrow
            ? EscrowRoom(request.Provider, request.Payee, request.JobId) >= request.Ceiling
            : ChannelPolicy.Plan(
                Of(request.Provider, request.Payee, facts), request.Ceiling, _time.GetUtcNow(), _options) is not ChannelPlan.Open;
        return isThere ? null : new OfferPayment
        {
            IntentEnvelope = Seal(
                request, _chain.Mint, RandomNumberGenerator.GetBytes(PaymentIntentEnvelope.IdLength),
                RandomNumberGenerator.GetBytes(PaymentIntentEnvelope.NonceLength), _time.GetUtcNow()),
            Prices = request.Prices.ToMessage(),
        };
    }

    /// <summary>
    /// Opens an account for what an earlier run of a job owes by a channel; null if that channel can't pay it any more.
    /// </summary>
    public PaymentAccount? OpenDebt(PaymentRequest request, Address channel)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _book.Find(channel) is { State: PayChannelState.Open or PayChannelState.Closing }
            && _book.TryReserve(channel, request.Ceiling) is { } reserved
                ? new PaymentAccount(request, reserved, new OfferPayment(), _pen, _time, End)
                : null;
    }

    /// <summary>Looks how the escrows of a job stand, before it goes on; what can't be learned is as it was.</summary>
    public async Task LookAtEscrowsAsync(byte[] jobId, CancellationToken cancellationToken)
    {
        foreach (PayChannel escrow in _book.All().Where(c => c.IsLive && c.Escrow?.IsFor(jobId) == true))
        {
            try
            {
                await ExclusivelyAsync(
                    escrow.Peer, () => _escrows.LookAsync(_book.Find(escrow.Address)!, cancellationToken), cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (Exception unknown) when (unknown is PaymentException or JournalException)
            {
                // Its debts are paid by it, and the provider says later what it holds.
            }
        }
    }

    /// <summary>Whether a channel has ended, so that nothing can ever be paid by it again.</summary>
    public bool HasEnded(Address channel) => _book.Find(channel) is not { IsLive: true };

    /// <summary>Brings a provider the last voucher, in the background, until it holds it.</summary>
    public void Deliver(PeerId peer) => _courier.Wake(peer);

    /// <summary>The same, though a job that pays it by its own stream may be running: that one may have nothing to say.
    /// </summary>
    public void Urge(PeerId peer) => _courier.Urge(peer);

    /// <summary>What a job may still pay a provider by the escrow that it has there; 0 if it has none.</summary>
    public ulong EscrowRoom(PeerId provider, Address payee, byte[] jobId) => _escrows.RoomOf(provider, payee, jobId);

    /// <summary>What vouchers promise of an escrow; null if it was not opened for a job.</summary>
    public ulong? PromisedOf(Address escrow) => _book.Find(escrow) is { Escrow: not null } found ? found.Signed : null;

    /// <summary>All channels, the newest first.</summary>
    public IReadOnlyList<ChannelView> Channels() => [.. _book.All().Where(c => c.Escrow is null).Select(ViewOf)];

    /// <summary>The escrows of jobs, the newest first.</summary>
    internal IReadOnlyList<PayChannel> Escrows() => [.. _book.All().Where(c => c.Escrow is not null)];

    /// <summary>Opens a channel to a provider, or adds to the one that there is.</summary>
    /// <param name="peer">Who is to be paid by it.</param>
    /// <param name="payee">Where.</param>
    /// <param name="amount">The deposit.</param>
    /// <param name="cancellationToken">Gives up waiting; what was signed goes on.</param>
    public async Task<ChannelView> OpenChannelAsync(
        PeerId peer, Address payee, ulong amount, CancellationToken cancellationToken)
    {
        ClusterFacts facts = await _chain.FactsAsync(cancellationToken).ConfigureAwait(false);
        _asset = facts.Asset;
        facts.RequireClock();
        return ViewOf(await ExclusivelyAsync(
            peer,
            async () =>
            {
                PayChannel? open = await SettledChannelsAsync(peer, payee, facts, cancellationToken)
                    .ConfigureAwait(false);
                return open is null
                    ? await _desk.OpenAsync(
                        peer, payee, amount, _time.GetUtcNow() + _options.Term, facts, cancellationToken)
                        .ConfigureAwait(false)
                    : await _desk.TopUpAsync(open, amount, null, cancellationToken).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Closes a channel: at once with the provider's signature; without it, the rest comes back after the delay.
    /// </summary>
    /// <exception cref="PaymentException">There is no such channel, a job uses it, or it is too young.</exception>
    public async Task<ChannelView> CloseChannelAsync(string address, CancellationToken cancellationToken)
    {
        if (!Address.TryParse(address, out Address parsed) || _book.Find(parsed) is not { Escrow: null } channel)
        {
            throw new PaymentException(
                PaymentCodes.ChannelUnknown, $"There is no channel '{address}' of this node; see 'infernet channel list'");
        }

        return ViewOf(await ExclusivelyAsync(
            channel.Peer, () => CloseAsync(_book.Find(parsed)!, cancellationToken), cancellationToken)
            .ConfigureAwait(false));
    }

    /// <summary>Refuses a channel that is too young to be closed by both.</summary>
    /// <exception cref="PaymentException">It is; says how long to wait.</exception>
    public Task RequireOldEnoughAsync(Address address, CancellationToken cancellationToken) =>
        _desk.RequireOldEnoughAsync(address, cancellationToken);

    /// <summary>Looks after all channels now. For tests, and for those who don't want to wait.</summary>
    internal Task LookAsync(CancellationToken cancellationToken) => _watcher.LookAsync(cancellationToken);

    /// <summary>Does something with a provider's channels while nobody else does.</summary>
    internal async Task<T> ExclusivelyAsync<T>(PeerId peer, Func<Task<T>> act, CancellationToken cancellationToken)
    {
        SemaphoreSlim turn = _turns[(peer.GetHashCode() & int.MaxValue) % Turns];
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await act().ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Closes a channel whose provider's turn the caller has.</summary>
    internal async Task<PayChannel> CloseAsync(PayChannel channel, CancellationToken cancellationToken)
    {
        if ((await _chain.FactsAsync(cancellationToken).ConfigureAwait(false)).Genesis is var here && here != channel.Genesis)
        {
            throw new PaymentException(
                PaymentCodes.WrongCluster,
                $"The channel {channel.Address} is on the cluster {channel.Genesis}; the settings name {here}. Nothing was spent.");
        }

        channel = await _desk.ResumeAsync(channel, cancellationToken).ConfigureAwait(false);
        if (!channel.IsLive || _book.IsInUse(channel.Address))
        {
            throw new PaymentException(
                PaymentCodes.ChannelState,
                $"The channel {channel.Address} is {channel.State}"
                + (channel.IsLive ? ", and a running job pays by it; cancel the job, or wait for its end" : ""));
        }

        await _desk.RequireOldEnoughAsync(channel.Address, cancellationToken).ConfigureAwait(false);
        channel = await _desk.SaveAsync(channel with { State = PayChannelState.Closing }, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            return await CloseTogetherAsync(channel, cancellationToken).ConfigureAwait(false);
        }
        catch (PaymentException refused) when (refused.Code is not (PaymentCodes.Pending or PaymentCodes.RpcUnreachable))
        {
            channel = await _desk.SaveAsync(channel with { Note = refused.Message }, cancellationToken)
                .ConfigureAwait(false);
            return await _desk.RequestCloseAsync(channel, cancellationToken).ConfigureAwait(false);
        }
    }

    // A provider that is just settling, or has not noticed yet that a job ended, refuses now and agrees in a moment; the
    // way without it takes the program's whole delay.
    private async Task<PayChannel> CloseTogetherAsync(PayChannel channel, CancellationToken cancellationToken)
    {
        foreach (TimeSpan pause in _options.CloseRetries)
        {
            try
            {
                return await _desk.CloseAsync(channel, cancellationToken).ConfigureAwait(false);
            }
            catch (PaymentException refused) when (refused.Code == PaymentCodes.ChannelState)
            {
                await Task.Delay(pause, _time, cancellationToken).ConfigureAwait(false);
            }
        }

        return await _desk.CloseAsync(channel, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _courier.DisposeAsync().ConfigureAwait(false);
        _pen.Dispose();
        _stopping.Dispose();
        foreach (SemaphoreSlim turn in _turns)
        {
            turn.Dispose();
        }
    }

    // What an earlier run owes is set aside at any time, also while a top-up is on its way: then there has to be more.
    private async Task<Reservation> ReserveAsync(
        PaymentRequest request, ClusterFacts facts, CancellationToken cancellationToken)
    {
        while (true)
        {
            PayChannel ready = request.ByEscrow
                ? await _escrows.ReadyAsync(request, facts, cancellationToken).ConfigureAwait(false)
                : await ChannelAsync(
                    request.Provider, request.Payee, request.Ceiling, facts, cancellationToken).ConfigureAwait(false);
            if (_book.TryReserve(ready.Address, request.Ceiling) is { } reserved)
            {
                return reserved;
            }
        }
    }

    private async Task<PayChannel> ChannelAsync(
        PeerId peer, Address payee, ulong ceiling, ClusterFacts facts, CancellationToken cancellationToken)
    {
        _ = await SettledChannelsAsync(peer, payee, facts, cancellationToken).ConfigureAwait(false);
        return ChannelPolicy.Plan(Of(peer, payee, facts), ceiling, _time.GetUtcNow(), _options) switch
        {
            ChannelPlan.Use use => use.Channel,
            ChannelPlan.TopUp more => await _desk
                .TopUpAsync(more.Channel, more.Amount, more.Expiry, cancellationToken).ConfigureAwait(false),
            ChannelPlan.Open open when _book.Live < _options.MaxChannels => await _desk
                .OpenAsync(peer, payee, open.Deposit, open.Expiry, facts, cancellationToken).ConfigureAwait(false),
            _ => throw new PaymentException(
                PaymentCodes.ChannelState,
                $"{_options.MaxChannels} channels hold money already, and a channel to {peer} would be one more; "
                + "close some: see 'infernet channel list'"),
        };
    }

    // Before anything new is decided, the fate of what is on its way must be known: never two deposits for one.
    private async Task<PayChannel?> SettledChannelsAsync(
        PeerId peer, Address payee, ClusterFacts facts, CancellationToken cancellationToken)
    {
        foreach ((PayChannel channel, _) in Of(peer, payee, facts))
        {
            try
            {
                await _desk.ResumeAsync(channel, cancellationToken).ConfigureAwait(false);
            }
            catch (PaymentException over) when (over.Code is not (PaymentCodes.Pending or PaymentCodes.RpcUnreachable))
            {
                // It failed for good, and the journal has that.
            }
        }

        return Of(peer, payee, facts).Select(c => c.Channel)
            .FirstOrDefault(c => c.State == PayChannelState.Open && c.Expiry > _time.GetUtcNow());
    }

    private IReadOnlyList<(PayChannel Channel, ulong Reserved)> Of(PeerId peer, Address payee, ClusterFacts facts) =>
        _book.Of(peer, payee, _chain.Mint, facts.Genesis);

    private async Task<PaymentAccount> AccountAsync(
        PaymentRequest request, Reservation reserved, CancellationToken cancellationToken)
    {
        PayChannel channel = _book.Find(reserved.Channel)!;
        DateTimeOffset now = _time.GetUtcNow();
        byte[] id = channel.Escrow?.Id ?? RandomNumberGenerator.GetBytes(PaymentIntentEnvelope.IdLength);
        byte[] nonce = RandomNumberGenerator.GetBytes(PaymentIntentEnvelope.NonceLength);
        await _table.AddIntentAsync(
            new IntentRecord(
                id, request.Job, request.Provider.ToString(), channel.Address, request.Ceiling, nonce, now),
            cancellationToken).ConfigureAwait(false);
        var terms = new OfferPayment
        {
            IntentEnvelope = Seal(request, channel.Key.Mint, id, nonce, now),
            Channel = channel.Escrow is null ? ChannelDesk.ReferenceOf(channel, _chain.Program) : null,
            Escrow = channel.Escrow is { } name
                ? EscrowReferences.Of(
                    channel.Genesis, _chain.Program,
                    new EscrowKey(channel.Key.Payer, channel.Key.Payee, channel.Key.Mint, name.Job), name.Salt)
                : null,
            Prices = request.Prices.ToMessage(),
            Latest = await _pen.LatestAsync(channel.Address, cancellationToken).ConfigureAwait(false),
        };
        return new PaymentAccount(request, reserved, terms, _pen, _time, End)
        {
            Share = request.IsAudit ? CreditAt(request.Provider).Owe(request.Ceiling) : null,
            EndsAt = channel.Escrow is null ? DateTimeOffset.MaxValue : channel.Expiry - _options.EscrowMargin,
        };
    }

    private ByteString Seal(PaymentRequest request, Address mint, byte[] id, byte[] nonce, DateTimeOffset now)
    {
        var intent = new PaymentIntent
        {
            Id = ByteString.CopyFrom(id),
            Payer = _identity.Id.ToByteString(),
            Payee = request.Provider.ToByteString(),
            JobId = ByteString.CopyFrom(request.JobId),
            Ceiling = request.Ceiling,
            Mint = mint == default ? ByteString.Empty : ByteString.CopyFrom(mint.Span),
            IssuedUnixMs = now.ToUnixTimeMilliseconds(),
            ExpiresUnixMs = (now + (request.Life ?? _options.IntentLife)).ToUnixTimeMilliseconds(),
            Nonce = ByteString.CopyFrom(nonce),
        };
        return ByteString.CopyFrom(PaymentIntentEnvelope.Seal(_identity, intent));
    }

    private void End(PaymentAccount account)
    {
        _book.Release(account.Reservation);
        _courier.Wake(account.Provider);
    }

    private ChannelView ViewOf(PayChannel channel) => new()
    {
        Address = $"{channel.Address}",
        PeerId = $"{channel.Peer}",
        Payee = $"{channel.Key.Payee}",
        State = channel.State,
        Symbol = (_asset ?? Asset.Of(channel.Key.Mint.Span, 0)).Symbol,
        Decimals = _asset?.Decimals ?? 0,
        Deposit = channel.Deposit,
        Promised = channel.Signed,
        Held = channel.Held,
        Reserved = _book.Reserved(channel.Address),
        Expiry = channel.Expiry,
        ReclaimAt = channel.ReclaimAt,
        OpenedAt = channel.OpenedAt,
        UsedAt = channel.UsedAt,
        Note = channel.Note,
    };
}
