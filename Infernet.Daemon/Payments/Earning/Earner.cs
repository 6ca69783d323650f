using Infernet.Core.Api;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Chain;
using Infernet.Libp2p.Hosting;
using static Infernet.Core.Schemas.Decline.Types;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// Gets this node paid for its work.
/// <para>
/// Parts: <see cref="PriceBook"/> says what is asked; <see cref="OfferDesk"/> takes offers up, with
/// <see cref="IntentGate"/>, which lets each intent in once, and <see cref="ChannelCheck"/>;
/// <see cref="CreditPolicy"/> and <see cref="CreditGate"/> say how much a payer may owe; <see cref="VoucherDesk"/> takes
/// vouchers in; <see cref="SettlementService"/> brings them to the chain; <see cref="PayDesk"/> hears payers outside
/// of jobs.
/// </para>
/// </summary>
internal sealed class Earner : IAsyncDisposable
{
    private readonly PeerId _self;
    private readonly EarningChain _chain;
    private readonly EarningJournal _journal;
    private readonly PayerBook _payers = new();
    private readonly ChannelLookup _lookup;
    private readonly IntentGate _intents;
    private readonly OfferDesk _offers;
    private readonly SettlementService _settlements;
    private readonly AnswerService<PayMessage, PaymentAnswer> _service;
    private ClusterFacts? _facts;

    public Earner(EarnerGround ground)
    {
        (_self, _chain, _journal) = (ground.Self, ground.Chain, ground.Journal);
        (EarningOptions options, TimeProvider time) = (ground.Options, ground.Time);
        Prices = new PriceBook(_journal.Prices, options.Prices, _chain.Mint.Span, time);
        _lookup = new ChannelLookup(_chain, _journal, options, time);
        var vouchers = new VoucherDesk(_lookup, _chain, _journal, options, time) { Paid = _payers.Paid };
        _intents = new IntentGate(ground.Self, _journal.Nonces, options, time);
        _offers = new OfferDesk(ground, () => Prices.Current, _payers, _intents, _lookup, vouchers);
        _settlements = new SettlementService(
            _chain, _journal, _lookup, vouchers, _payers.IsWorkedFor, options, time, ground.Log);
        Desk = new PayDesk(
            _journal, vouchers,
            new CloseDesk(_self, _chain, _journal, _lookup, vouchers, _payers.IsWorkedFor, FactsAsync, time), FactsAsync);
        _service = new AnswerService<PayMessage, PaymentAnswer>(
            new OneAnswer<PayMessage, PaymentAnswer>(
                PayMessage.Parser, PayProtocol.MaxMessageSize, Desk.IsPayer, Desk.AnswerAsync,
                refusal => new PaymentAnswer { Problem = refusal }),
            options, time, ground.Log);
    }

    /// <summary>What this node asks.</summary>
    public PriceBook Prices { get; }

    /// <summary>Answers what payers say outside of jobs.</summary>
    public PayDesk Desk { get; }

    /// <summary>What adverts say of the prices; null if nothing is asked.</summary>
    public PriceList? Advertised => Prices.Current is { IsFree: false } prices ? prices.ToMessage() : null;

    /// <summary>What keeps vouchers from being settled; null when all is well.</summary>
    public string? Problem => _settlements.Problem;

    /// <summary>Serves a stream on <see cref="PayProtocol.Id"/>.</summary>
    public Task ServeAsync(PeerStream stream, CancellationToken cancellationToken) =>
        _service.ServeAsync(stream, cancellationToken);

    /// <summary>Settles everything that is worth it now, or says what that would do.</summary>
    public Task<SettleReport> SettleAsync(bool dryRun, CancellationToken cancellationToken) =>
        _settlements.SettleAsync(dryRun, cancellationToken);

    /// <summary>What was earned.</summary>
    /// <exception cref="PaymentException">How amounts are written is not known, and the chain can't be asked.</exception>
    public async Task<EarningsReport> ReportAsync(
        EarningsGrouping by, DateTimeOffset since, CancellationToken cancellationToken) => EarningViews.Report(
        _chain, _journal, await AssetAsync(cancellationToken).ConfigureAwait(false), by, since, Problem);

    /// <summary>What is asked, for people.</summary>
    /// <exception cref="PaymentException">How amounts are written is not known, and the chain can't be asked.</exception>
    public async Task<PriceView> PriceAsync(CancellationToken cancellationToken) =>
        EarningViews.Of(Prices, await AssetAsync(cancellationToken).ConfigureAwait(false));

    /// <summary>Answers an offer that makes sense otherwise.</summary>
    public async Task<EarnerAnswer> AcceptAsync(Offer offer, PeerId payer, CancellationToken cancellationToken)
    {
        Prices asked = Prices.Current;
        if (payer == _self)
        {
            return new EarnerAnswer.Free();
        }

        if (OfferTerms.Read(offer, asked, Asset, out Prices agreed) is { } refusal)
        {
            return Refuse(refusal);
        }

        if (agreed.IsFree)
        {
            return new EarnerAnswer.Free();
        }

        try
        {
            ClusterFacts facts = await FactsAsync(cancellationToken).ConfigureAwait(false);
            facts.RequireClock();
            if (offer.Payment is { Channel: null, Escrow: null })
            {
                return _intents.FindProblem(PaidAsk.Of(offer), payer, facts.Asset, out _) is { } wrong
                    ? Refuse(wrong)
                    : Refuse("all is well but that the offer names no channel and no escrow; open one and offer again", Reason.ChannelRequired);
            }

            (TakenWork? work, string problem) = await _offers
                .OpenAsync(PaidAsk.Of(offer), payer, agreed, facts, cancellationToken).ConfigureAwait(false);
            return work is null
                ? Refuse(problem)
                : new EarnerAnswer.Paid(new PayerAccount(work.Book, work.Gate, work.Intent, offer, work.Ground));
        }
        catch (Exception failed) when (failed is PaymentException or JournalException)
        {
            return Refuse($"this node can't take a paid job at the moment: {ReasonForPeers.Of(failed)}");
        }
    }

    /// <summary>Answers a request for an audit that makes sense otherwise.</summary>
    public async Task<AuditAnswer> AcceptAuditAsync(
        AuditRequest request, PeerId payer, CancellationToken cancellationToken)
    {
        if (AuditTerms.Read(request, Prices.Current, Asset, out Prices agreed, out ulong cost) is { } refusal)
        {
            return RefuseAudit(refusal);
        }

        if (cost == 0)
        {
            return new AuditAnswer.Free();
        }

        try
        {
            ClusterFacts facts = await FactsAsync(cancellationToken).ConfigureAwait(false);
            facts.RequireClock();
            (TakenWork? work, string problem) = await _offers
                .OpenAsync(PaidAsk.Of(request, cost), payer, agreed, facts, cancellationToken).ConfigureAwait(false);
            if (work is null)
            {
                return RefuseAudit(problem);
            }

            var account = new AuditAccount(work, AuditBill.IdOf(request), AuditBill.UsageOf(request), cost);
            if (account.TryBegin() is { } full)
            {
                account.Dispose();
                return RefuseAudit(full);
            }

            return new AuditAnswer.Paid(account);
        }
        catch (Exception failed) when (failed is PaymentException or JournalException)
        {
            return RefuseAudit($"this node can't take a paid audit at the moment: {ReasonForPeers.Of(failed)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync().ConfigureAwait(false);
        await _settlements.DisposeAsync().ConfigureAwait(false);
        _lookup.Dispose();
    }

    private async ValueTask<Asset> AssetAsync(CancellationToken cancellationToken) => _chain.Mint == default
        ? Asset.Sol
        : (await FactsAsync(cancellationToken).ConfigureAwait(false)).Asset;

    private Asset Asset => Volatile.Read(ref _facts)?.Asset ?? Asset.Of(_chain.Mint.Span, 0);

    // A cluster that can't be asked at the moment is still the one that it was.
    private async ValueTask<ClusterFacts> FactsAsync(CancellationToken cancellationToken)
    {
        try
        {
            ClusterFacts facts = await _chain.Facts(cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _facts, facts);
            return facts;
        }
        catch (PaymentException) when (Volatile.Read(ref _facts) is { } known)
        {
            return known;
        }
    }

    private AuditAnswer RefuseAudit(string reason) => new AuditAnswer.Refused(new AuditDecline
    {
        Reason = AuditDecline.Types.Reason.PaymentRequired, Message = reason, Prices = Advertised,
    });

    private EarnerAnswer Refuse(string words, Reason reason = Reason.PaymentRequired) => new EarnerAnswer.Refused(new Decline
    {
        Reason = reason, Message = words, Prices = Advertised,
    });
}
