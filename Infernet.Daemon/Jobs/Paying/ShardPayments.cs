using System.Threading.Channels;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Redundancy;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Jobs.Paying;

/// <summary>
/// What a running job does about money: a shard is paid once it is durable here, and, where it was drawn for an audit or
/// is voted about (<see cref="JudgedShards"/>), once that has ended in its favour; otherwise the provider is told that it is
/// withheld. <see cref="PaymentDecisions"/> are journaled and signed beside the loop, which hears of each;
/// <see cref="PaymentDisplay"/> shows how things stand. Used by the job's loop alone.
/// </summary>
internal sealed class ShardPayments : IAsyncDisposable
{
    private readonly JobRecord _job;
    private readonly RunServices _services;
    private readonly JobBook _book;
    private readonly JobEvents _log;
    private readonly ProviderSet _providers;
    private readonly ChannelWriter<RunEvent> _inbox;
    private readonly PaymentDecisions _decisions;
    private readonly JudgedShards _judged;
    private readonly PaymentDisplay _display;
    private readonly Dictionary<ProviderConnection, PaidProvider> _paid = [];
    private readonly List<PaidProvider> _debts = [];
    private string? _shortage;
    private string? _stopped;

    public ShardPayments(
        JobRecord job, JobAccounts accounts, RunServices services, JobBook book, JobEvents log, ProviderSet providers,
        ChannelWriter<RunEvent> inbox)
    {
        (_job, Accounts, _services, _book, _log) = (job, accounts, services, book, log);
        (_providers, _inbox) = (providers, inbox);
        _decisions = new PaymentDecisions(job, services, inbox);
        _judged = new JudgedShards(job, services.Journal.Votes, _decisions);
        _display = new PaymentDisplay(accounts.Plan, book, log);
        ShowState();
    }

    public JobAccounts Accounts { get; }

    /// <summary>Whether a payment is on its way to the journal.</summary>
    public bool IsBusy => _decisions.IsBusy;

    /// <summary>Says what the job can cost, before anything is sent; a share of the budget is for each of these.</summary>
    /// <param name="match">Who may work.</param>
    /// <param name="auditRate">The share of the work that auditors may have to be paid for.</param>
    public void Forecast(Match match, double auditRate)
    {
        Prices[] asked = [.. match.Suitable.Where(c => c.Peer != _services.Identity.Id).Select(c => c.Prices)];
        _display.Forecast(
            [.. asked.Select(Accounts.CostOfAll)], Accounts.HoldBackForAudits(asked, auditRate));
        ShowState();
    }

    /// <summary>Tells how many providers share the budget.</summary>
    public void Expect(Match match) => Accounts.Expect(Math.Min(
        _providers.Limit, match.Suitable.Count(c => !c.Prices.IsFree)));

    /// <summary>Goes on with what earlier runs owe.</summary>
    /// <param name="isConvicted">Whether a provider was convicted by its audits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RestoreAsync(Func<PeerId, bool> isConvicted, CancellationToken cancellationToken)
    {
        if (_services.Payer is not { } payer)
        {
            return;
        }

        await payer.LookAtEscrowsAsync(_job.Id, cancellationToken).ConfigureAwait(false);

        foreach (IGrouping<(PeerId Provider, Solana.Keys.Address Channel), OwedShards.Owed> debt in OwedShards
            .Find(_services.Journal, _job.Row, payer.Program).GroupBy(o => (o.Provider, o.Channel)))
        {
            OwedShards.Owed first = debt.First();
            ulong sum = debt.Aggregate(0ul, (all, o) => all + o.Cost);
            JobAccount? account = Accounts.OpenDebt(first.Provider, first.Payee, first.Prices, first.Channel, sum);
            if (account is null && payer.HasEnded(first.Channel))
            {
                // No budget would help, and what is missing may be computed all the same.
                var lost = new JobDebt(
                    $"{first.Provider}", sum, $"the channel {first.Channel}, by which it was to be paid, has ended");
                _book.AddUnpayable(lost);
                _log.Add(
                    "payment-failed", $"{Show(sum)} are owed for answers that came, and are never paid: {lost.Reason}",
                    first.Provider);
                continue;
            }

            if (account is null)
            {
                Stop($"{Show(sum)} are owed to {first.Provider.ToShortString()} for answers that came, and neither the "
                    + $"budget nor the channel {first.Channel} has them any more; resume the job with a higher budget");
                continue;
            }

            var provider = new PaidProvider(account, null, 0, payer.CreditAt(first.Provider).Owe(sum)) { Owed = sum };
            _debts.Add(provider);
            foreach (OwedShards.Owed owed in debt)
            {
                _judged.Restore(provider, owed, isConvicted(owed.Provider));
            }
        }
    }

    /// <summary>A provider joined on terms of payment.</summary>
    /// <returns>The terms, with what other jobs of this node leave of its credit.</returns>
    public PurseTerms Join(ProviderConnection from, PurseTerms terms)
    {
        if (from.TakeAccount() is not { } account)
        {
            return terms;
        }

        CreditShare share = _services.Payer!.CreditAt(from.Peer).Join(
            from.Credit, from.Unpaid, () => _inbox.TryWrite(new RunEvent.Happened(new DispatchEvent.Tick())));
        PaidProvider provider = _paid[from] = new PaidProvider(account, from, from.Credit, share);
        _shortage = null;
        ShowState();
        return terms with { Funds = provider.Funds, Share = share };
    }

    /// <summary>A provider lets more be unpaid; it can't take back what it has said once.</summary>
    /// <returns>What follows for the dispatch.</returns>
    public IReadOnlyList<DispatchEvent> Raise(RunEvent.CreditRaised raised)
    {
        if (!_paid.TryGetValue(raised.From, out PaidProvider? provider) || raised.Credit <= provider.Credit)
        {
            return [];
        }

        provider.Credit = raised.Credit;
        provider.Share.Raise(raised.Credit);
        return Funds(provider);
    }

    /// <summary>An account could not be opened.</summary>
    public void Refused(PaymentException failure) =>
        _shortage = JobAccounts.IsShortage(failure) ? failure.Message : _shortage;

    /// <summary>Whether a provider that takes part is paid.</summary>
    public bool Pays(PeerId provider) => _paid.Values.Any(p => p.Peer == provider && !p.HasEnded);

    /// <summary>A shard came: what it costs is owed before anything else may go out.</summary>
    public IReadOnlyList<DispatchEvent> Expect(RunEvent.Happened happened) => Owe(happened, owed: true);

    /// <summary>It was not taken after all.</summary>
    public IReadOnlyList<DispatchEvent> Withdraw(RunEvent.Happened happened) => Owe(happened, owed: false);

    /// <summary>
    /// Pays for a shard that is on its way to the journal, right behind it, so that one commit has both. One that somebody
    /// is to judge is not paid yet (<see cref="Delivered"/>).
    /// </summary>
    /// <returns>What comes of it, for <see cref="Decided"/>; null if nothing is paid now.</returns>
    public Task<RunEvent.Decided>? Pay(DispatchAction.EndAttempt end, Delivery delivery, ProviderConnection? from) =>
        from is not null && _paid.TryGetValue(from, out PaidProvider? paid) && Due(paid, end, delivery) is { IsDecided: true } due
            ? _decisions.PayAsync(due)
            : null;

    /// <summary>A shard is durable: it waits for its judgement, if there is one.</summary>
    /// <returns>What follows for the dispatch.</returns>
    public IReadOnlyList<DispatchEvent> Delivered(RunEvent.Journaled journaled)
    {
        if (journaled is not { Delivery: { } delivery, From: { } from, Payment: null }
            || !_paid.TryGetValue(from, out PaidProvider? paid))
        {
            return [];
        }

        _judged.Add(delivery.Receipt.Hash, Due(paid, journaled.Attempt, delivery));
        return Funds(paid);
    }

    /// <summary>An audit ended, and is durable: of a convicted provider nothing more is paid.</summary>
    public void Ruled(AuditRuling ruling) => _judged.Ruled(ruling);

    /// <summary>Votes ended, and are durable: the answers in the majority are paid.</summary>
    public void Counted(CountedVotes counted) => _judged.Counted(counted);

    /// <summary>Of redundant work: a provider's answers are worth nothing any more.</summary>
    public void Struck(PeerId provider) => _judged.Strike(provider);

    /// <summary>What was decided about a shard is durable: its provider is told.</summary>
    /// <returns>What follows for the dispatch.</returns>
    public IReadOnlyList<DispatchEvent> Decided(RunEvent.Decided decided)
    {
        DueShard due = decided.Shard;
        PaidProvider provider = due.Provider;
        _decisions.Remove(due);
        if (decided.Failure is PaymentException refused)
        {
            Stop($"{Show(due.Cost)} for shard {due.Shard} are owed to {provider.Peer.ToShortString()}, and can't be paid "
                + $"now: {refused.Message}");
            return Funds(provider);
        }

        if (decided.Failure is not null)
        {
            return [];
        }

        provider.Owed -= due.Cost;
        provider.Paid += due.Cost - decided.Withheld;
        _book.Paid(provider.Peer, due.Cost - decided.Withheld, decided.Withheld);
        if (provider.From is { } from)
        {
            _providers.Pay(from, decided.Payment, due, decided.Withheld, decided.Reason);
        }

        if (decided.Withheld > 0)
        {
            _log.Add("payment-withheld", $"{Show(decided.Withheld)}: {decided.Reason}", provider.Peer, due.Shard);
        }

        Close(provider);
        ShowState();
        return Funds(provider);
    }

    /// <summary>A connection is over; what is owed on it is still paid.</summary>
    public void Ended(ProviderConnection connection)
    {
        if (_paid.TryGetValue(connection, out PaidProvider? provider))
        {
            provider.HasEnded = true;
            provider.Share.SetOut(0);
            Close(provider);
            ShowState();
        }
    }

    /// <summary>
    /// Those whose part of the budget is used up, while more of the budget is free: they are offered a new one.
    /// </summary>
    /// <param name="outAt">How many shards are out at a peer.</param>
    public IReadOnlyList<PaidProvider> Exhausted(Func<PeerId, int> outAt) =>
    [
        .. _paid.Values.Where(p => !p.HasEnded && p.Owed == 0 && outAt(p.Peer) == 0 && _stopped is null
            && (p.Account.IsEnding
                ? Accounts.Budget.Free + p.Account.Left >= LeastOf(p)
                : p.Account.Left < LeastOf(p) && Accounts.Budget.Free >= LeastOf(p))),
    ];

    /// <summary>Why nobody can be given anything more; null while somebody can.</summary>
    /// <param name="active">How many providers take part, paid or not.</param>
    /// <param name="connecting">Whether others may join.</param>
    public string? WhySpent(int active, bool connecting)
    {
        if (_stopped is not null)
        {
            return _stopped;
        }

        List<PaidProvider> live = [.. _paid.Values.Where(p => !p.HasEnded)];
        bool others = active > live.Count || connecting;
        if (others || live.Any(p => p.Owed > 0 || p.Account.Left >= LeastOf(p) || Accounts.Budget.Free >= LeastOf(p)))
        {
            return null;
        }

        return live.Count > 0
            ? $"The budget of {Show(Accounts.Plan.Budget)} has {Show(Accounts.Budget.Free + live[0].Account.Left)} left, and "
                + $"the next item can cost up to {Show(LeastOf(live[0]))}"
            : _shortage;
    }

    /// <summary>
    /// The job ends: what was not judged is paid, since nothing speaks against it. Answers whether there was something.
    /// </summary>
    public bool TryRelease()
    {
        _judged.Release();
        return IsBusy;
    }

    /// <summary>What kept the job from paying what it owes, as a sentence; null if nothing did.</summary>
    public string? Unpaid => _stopped;

    /// <summary>Waits for what is on its way to the journal, and gives back what was not used.</summary>
    public async ValueTask DisposeAsync()
    {
        await _decisions.DisposeAsync().ConfigureAwait(false);
        foreach (PaidProvider provider in _paid.Values.Concat(_debts))
        {
            provider.Share.Dispose();
            await provider.Account.DisposeAsync().ConfigureAwait(false);
        }
    }

    private ulong LeastOf(PaidProvider provider) =>
        Accounts.CostOfItem(provider.Account.Prices, provider.From?.ItemTime ?? TimeSpan.Zero);

    private DueShard Due(PaidProvider provider, DispatchAction.EndAttempt end, Delivery delivery) => new(
        provider, end.Attempt.Shard, end.Attempt.Attempt, delivery.Cost,
        _job.IsRedundant ? end.Accepted.Select(i => delivery.Outputs[i]) : []);

    private IReadOnlyList<DispatchEvent> Owe(RunEvent.Happened happened, bool owed)
    {
        if (happened.From is not { } from || !_paid.TryGetValue(from, out PaidProvider? provider))
        {
            return [];
        }

        Delivery delivery = happened.Delivery!;
        if (owed)
        {
            delivery.Cost = Math.Min(delivery.Cost, provider.Billable);
        }

        provider.Owed = owed ? provider.Owed + delivery.Cost : provider.Owed - delivery.Cost;
        return Funds(provider);
    }

    private DispatchEvent[] Funds(PaidProvider provider)
    {
        provider.Share.SetOwed(provider.Owed, provider.Judging);
        return provider.HasEnded ? []
            : [new DispatchEvent.FundsChanged(provider.Peer, _stopped is not null ? default : provider.Funds)];
    }

    private void Stop(string reason)
    {
        if (_stopped is null)
        {
            _stopped = reason;
            _log.Add("payment-failed", reason);
        }
    }

    private void Close(PaidProvider provider)
    {
        if (provider is { HasEnded: true, Owed: 0 })
        {
            provider.Share.Dispose();
            // Nothing waits for it: what it does is done at once.
            _ = provider.Account.DisposeAsync().AsTask();
            _ = provider.From is { } from ? _paid.Remove(from) : _debts.Remove(provider);
        }
    }

    private void ShowState() => _display.ShowState(
        _paid.Values.Concat(_debts).Aggregate(0ul, (sum, p) => sum + p.Account.Left));

    private string Show(ulong amount) => _display.Show(amount);
}
