using System.Threading.Channels;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Redundancy;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;

namespace Infernet.Daemon.Jobs.Paying;

/// <summary>
/// What a running job does about money: a shard is paid once it is durable here, and, where it was drawn for an audit or
/// is voted about, once that has ended in its favour; otherwise the provider is told that it is withheld. Payments are
/// journaled and signed beside the loop, which hears of each. Used by the job's loop alone.
/// </summary>
internal sealed class ShardPayments : IAsyncDisposable
{
    private readonly JobRecord _job;
    private readonly RunServices _services;
    private readonly JobBook _book;
    private readonly JobEvents _log;
    private readonly ProviderSet _providers;
    private readonly ChannelWriter<RunEvent> _inbox;
    private readonly Dictionary<ProviderConnection, PaidProvider> _paid = [];
    private readonly List<PaidProvider> _debts = [];
    private readonly Dictionary<string, DueShard> _waiting = [];
    private readonly Dictionary<DueShard, Task> _deciding = [];
    private (ulong Lowest, ulong Highest) _estimate;
    private string? _shortage;
    private bool _stopped;

    public ShardPayments(
        JobRecord job, JobAccounts accounts, RunServices services, JobBook book, JobEvents log, ProviderSet providers,
        ChannelWriter<RunEvent> inbox)
    {
        (_job, Accounts, _services, _book, _log) = (job, accounts, services, book, log);
        (_providers, _inbox) = (providers, inbox);
        ShowState();
    }

    public JobAccounts Accounts { get; }

    /// <summary>Whether a payment is on its way to the journal.</summary>
    public bool IsBusy => _deciding.Count > 0;

    private Asset? Asset => Accounts.Plan.Terms.Asset;

    /// <summary>Says what the job can cost, before anything is sent; a share of the budget is for each of these.</summary>
    public void Forecast(Match match)
    {
        ulong[] costs = [.. match.Suitable.Where(c => c.Peer != _services.Identity.Id)
            .Select(c => Accounts.CostOfAll(c.Prices))];
        _estimate = costs.Length == 0 ? default : (costs.Min(), costs.Max());
        ShowState();
        if (Asset is { } asset && _estimate.Highest > 0)
        {
            string budget = asset.Show(Accounts.Plan.Budget);
            _log.Add(
                "estimate",
                $"Costs between {asset.Show(_estimate.Lowest)} and {asset.Show(_estimate.Highest)} at most, by who works; "
                + (_estimate.Lowest > Accounts.Plan.Budget
                    ? $"the budget of {budget} may not be enough for all of it"
                    : $"the budget is {budget}"));
        }
    }

    /// <summary>Tells how many providers share the budget.</summary>
    public void Expect(Match match) => Accounts.Expect(Math.Min(
        _providers.Limit, match.Suitable.Count(c => !c.Prices.IsFree)));

    /// <summary>Goes on with what earlier runs owe.</summary>
    /// <param name="isConvicted">Whether a provider was convicted by its audits.</param>
    public void Restore(Func<PeerId, bool> isConvicted)
    {
        if (_services.Payer is not { } payer)
        {
            return;
        }

        foreach (IGrouping<(PeerId Provider, Solana.Keys.Address Channel), OwedShards.Owed> debt in OwedShards
            .Find(_services.Journal, _job.Row, payer.Program).GroupBy(o => (o.Provider, o.Channel)))
        {
            OwedShards.Owed first = debt.First();
            ulong sum = debt.Aggregate(0ul, (all, o) => all + o.Cost);
            JobAccount? account = Accounts.OpenDebt(first.Provider, first.Payee, first.Prices, first.Channel, sum);
            if (account is null)
            {
                Stop($"{Show(sum)} are owed to {first.Provider.ToShortString()} for answers that came, and neither the "
                    + $"budget nor the channel {first.Channel} has them any more; resume the job with a higher budget");
                continue;
            }

            var provider = new PaidProvider(account, null, 0, 0) { Owed = sum };
            _debts.Add(provider);
            foreach (OwedShards.Owed owed in debt)
            {
                Restore(provider, owed, isConvicted(owed.Provider));
            }
        }
    }

    /// <summary>A provider joined on terms of payment.</summary>
    public void Join(ProviderConnection from, PurseTerms terms)
    {
        if (from.TakeAccount() is { } account)
        {
            _paid[from] = new PaidProvider(account, from, from.Credit, from.Unpaid);
            _shortage = null;
            ShowState();
        }
    }

    /// <summary>An account could not be opened.</summary>
    public void Refused(PaymentException failure) =>
        _shortage = JobAccounts.IsShortage(failure) ? failure.Message : _shortage;

    /// <summary>A shard came: what it costs is owed before anything else may go out.</summary>
    public IReadOnlyList<DispatchEvent> Expect(RunEvent.Happened happened) => Owe(happened, owed: true);

    /// <summary>It was not taken after all.</summary>
    public IReadOnlyList<DispatchEvent> Withdraw(RunEvent.Happened happened) => Owe(happened, owed: false);

    /// <summary>A shard is durable: it is paid, or waits for a judgement.</summary>
    public void Delivered(RunEvent.Journaled journaled)
    {
        if (journaled is not { Delivery: { } delivery, From: { } from } || !_paid.TryGetValue(from, out PaidProvider? paid))
        {
            return;
        }

        IEnumerable<OutputRecord> voted = _job.IsRedundant
            ? journaled.Attempt.Accepted.Select(i => delivery.Outputs[i])
            : [];
        var due = new DueShard(
            paid, journaled.Attempt.Attempt.Shard, journaled.Attempt.Attempt.Attempt, delivery.Cost, voted);
        if (journaled.Audit is not null || !due.IsDecided)
        {
            _waiting[AuditOrder.KeyOf(delivery.Receipt.Hash)] = due;
        }
        else
        {
            Decide(due, 0, "");
        }
    }

    /// <summary>An audit ended, and is durable: of a convicted provider nothing more is paid.</summary>
    public void Ruled(AuditRuling ruling)
    {
        string key = ruling.Order.Key;
        foreach ((string waiting, DueShard due) in _waiting
            .Where(w => ruling.Convicted ? w.Value.Provider.Peer == ruling.Order.Provider : w.Key == key).ToList())
        {
            _waiting.Remove(waiting);
            bool isWrong = ruling.Convicted || ruling.State == AuditState.Rejected;
            Decide(due, isWrong ? due.Cost : 0, waiting == key ? ruling.Reason : "its provider was convicted of cheating");
        }
    }

    /// <summary>Votes ended, and are durable: the answers in the majority are paid.</summary>
    public void Counted(CountedVotes counted)
    {
        foreach (CountedVote vote in counted.Votes)
        {
            IReadOnlyList<int> agreeing = vote.Result is BallotResult.Won won ? won.Agreeing : [];
            if (vote.Result is BallotResult.Won or BallotResult.Disputed)
            {
                for (int place = 0; place < vote.Votes.Count; place++)
                {
                    Count(AuditOrder.KeyOf(vote.Votes[place].Answer.Receipt), vote.Item, agreeing.Contains(place));
                }
            }
        }
    }

    /// <summary>Of redundant work: a provider's answers are worth nothing any more.</summary>
    public void Struck(PeerId provider)
    {
        foreach ((string key, DueShard due) in _waiting.Where(w => w.Value.Provider.Peer == provider).ToList())
        {
            due.Strike();
            _waiting.Remove(key);
            Decide(due, due.Lost, "its answers keep losing their votes");
        }
    }

    /// <summary>What was decided about a shard is durable: its provider is told.</summary>
    /// <returns>What follows for the dispatch.</returns>
    public IReadOnlyList<DispatchEvent> Decided(RunEvent.Decided decided)
    {
        DueShard due = decided.Shard;
        PaidProvider provider = due.Provider;
        _deciding.Remove(due);
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
        .. _paid.Values.Where(p => !p.HasEnded && p.Owed == 0 && outAt(p.Peer) == 0 && !_stopped
            && p.Account.Left < LeastOf(p) && Accounts.Budget.Free >= LeastOf(p)),
    ];

    /// <summary>Why nobody can be given anything more; null while somebody can.</summary>
    /// <param name="active">How many providers take part, paid or not.</param>
    /// <param name="connecting">Whether others may join.</param>
    public string? WhySpent(int active, bool connecting)
    {
        if (_stopped)
        {
            return _shortage;
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
        foreach (DueShard due in _waiting.Values)
        {
            Decide(due, due.Lost, "answers of it lost their votes");
        }

        _waiting.Clear();
        return IsBusy;
    }

    /// <summary>What kept the job from paying what it owes, as a sentence; null if nothing did.</summary>
    public string? Unpaid => _stopped ? _shortage : null;

    /// <summary>Waits for what is on its way to the journal, and gives back what was not used.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_deciding.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (PaidProvider provider in _paid.Values.Concat(_debts))
        {
            await provider.Account.DisposeAsync().ConfigureAwait(false);
        }
    }

    private ulong LeastOf(PaidProvider provider) =>
        Accounts.CostOfItem(provider.Account.Prices, provider.From?.ItemTime ?? TimeSpan.Zero);

    private void Restore(PaidProvider provider, OwedShards.Owed owed, bool isConvicted)
    {
        ReceiptItems lines = ReceiptItems.Parser.ParseFrom(owed.Receipt.Lines);
        IReadOnlyDictionary<int, string> standings = _job.IsRedundant
            ? _services.Journal.Votes.Standings(_job.Row, owed.Receipt.Hash)
            : new Dictionary<int, string>();
        var due = new DueShard(
            provider, owed.Receipt.Shard, owed.Attempt, owed.Cost,
            lines.Items.Where(l => standings.ContainsKey((int)l.Index)).Select(l => new OutputRecord
            {
                Index = (int)l.Index, FinishReason = l.FinishReason, PromptTokens = (int)l.PromptTokens,
                CompletionTokens = (int)l.CompletionTokens, Provider = owed.Receipt.Provider, Receipt = owed.Receipt.Hash,
            }));
        foreach ((int item, string standing) in standings.Where(s => s.Value != VoteTable.Open))
        {
            due.Count(item, standing == VoteTable.Agreed);
        }

        if (isConvicted || owed.State is AuditState.Rejected or AuditState.Withdrawn)
        {
            Decide(due, due.Cost, "an audit of an earlier run rejected it, or convicted its provider");
        }
        else if (owed.State == AuditState.Pending || !due.IsDecided)
        {
            _waiting[AuditOrder.KeyOf(owed.Receipt.Hash)] = due;
        }
        else
        {
            Decide(due, due.Lost, "answers of it lost their votes");
        }
    }

    private void Count(string key, int item, bool agreed)
    {
        if (_waiting.TryGetValue(key, out DueShard? due))
        {
            due.Count(item, agreed);
            if (due.IsDecided)
            {
                _waiting.Remove(key);
                Decide(due, due.Lost, "answers of it lost their votes");
            }
        }
    }

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

    private DispatchEvent[] Funds(PaidProvider provider) =>
        provider.HasEnded ? []
        : _stopped ? [new DispatchEvent.FundsChanged(provider.Peer, 0, 0)]
        : [provider.Funds];

    private void Stop(string reason)
    {
        if (!_stopped)
        {
            (_stopped, _shortage) = (true, reason);
            _log.Add("payment-failed", reason);
        }
    }

    private void Close(PaidProvider provider)
    {
        if (provider is { HasEnded: true, Owed: 0 })
        {
            // Nothing waits for it: what it does is done at once.
            _ = provider.Account.DisposeAsync().AsTask();
            _ = provider.From is { } from ? _paid.Remove(from) : _debts.Remove(provider);
        }
    }

    private void Decide(DueShard due, ulong withheld, string reason) =>
        _deciding[due] = DecideAsync(due, withheld, reason);

    private async Task DecideAsync(DueShard due, ulong withheld, string reason)
    {
        (Payment? payment, Exception? failure) = (null, null);
        try
        {
            // In this order: after a crash in between, a shard of which a part is withheld is paid for the rest.
            if (due.Cost > withheld)
            {
                payment = await due.Provider.Account.PayAsync(due.Shard, due.Attempt, due.Cost - withheld)
                    .ConfigureAwait(false);
            }

            if (withheld > 0)
            {
                await _services.Journal.Pay.WithholdAsync(
                    new WithheldRecord(
                        _job.Row, due.Shard, due.Attempt, due.Provider.Peer.ToString(), withheld, reason,
                        _services.Time.GetUtcNow()),
                    CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception failed) when (failed is PaymentException or JournalException)
        {
            failure = failed;
        }

        var decided = new RunEvent.Decided(due, payment, withheld, reason, failure);
        try
        {
            await _inbox.WriteAsync(decided, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The node stops; the journal has it.
        }
    }

    private void ShowState()
    {
        if (Asset is { } asset)
        {
            _book.SetPayment(new JobPayment
            {
                Symbol = asset.Symbol,
                Decimals = asset.Decimals,
                Budget = Accounts.Plan.Budget,
                Reserved = _paid.Values.Concat(_debts).Aggregate(0ul, (sum, p) => sum + p.Account.Left),
                LowestEstimate = _estimate.Lowest,
                HighestEstimate = _estimate.Highest,
            });
        }
    }

    private string Show(ulong amount) => (Asset ?? Asset.Sol).Show(amount);
}
