using System.Threading.Channels;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Daemon.Audits.Paying;
using Infernet.Daemon.Jobs.Dispatch;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>
/// What a running job does about audits: draws, lets the cases be heard, journals the rulings, and says what follows for
/// the dispatch. <see cref="JobAudits"/> decides, <see cref="JobHearings"/> lets judge. Used by the job's loop alone.
/// </summary>
internal sealed class AuditDesk : IAsyncDisposable
{
    private readonly RunServices _services;
    private readonly JobOffer _offer;
    private readonly JobRecord _job;
    private readonly JobBook _book;
    private readonly JobEvents _log;
    private readonly ChannelWriter<RunEvent> _events;
    private readonly JobAudits _audits;
    private readonly JobHearings _hearings;
    private readonly Dictionary<string, Task> _ruling = [];

    public AuditDesk(
        RunServices services, JobOffer offer, JobAccounts? accounts, JobBook book, JobEvents log,
        ChannelWriter<RunEvent> events)
    {
        (_services, _offer, _job) = (services, offer, offer.Job);
        (_book, _log, _events) = (book, log, events);
        _audits = new JobAudits(
            AuditPlan.PolicyOf(_job.Specification), services.Identity.Id, AuditPlan.TokensOf(_job),
            peer => AuditPlan.SubjectOf(services.Reputation.Of(peer)));
        AuditMeans? means = accounts is null
            ? null
            : new AuditMeans(_job, accounts.Plan, accounts.Budget, services.Journal.Offers, book);
        _hearings = new JobHearings(_job.Row, offer.Model, services.Court, services.Journal, means, events);
    }

    /// <summary>Whether a ruling is on its way to the disk.</summary>
    public bool IsRuling => _ruling.Count > 0;

    /// <summary>Whether a provider was convicted by the audits of this job.</summary>
    public bool IsConvicted(PeerId provider) => _audits.Convicted.Contains(provider);

    /// <summary>The share of a provider's shards to audit, in parts per million.</summary>
    public uint RatePpm(PeerId provider) => _audits.RatePpm(provider);

    /// <summary>Says what the audits promise, before anything is sent.</summary>
    /// <returns>The largest share of the shards that auditors may have to be paid for.</returns>
    public double Forecast(Match match)
    {
        double[] rates =
        [
            .. match.Suitable.Where(c => c.Peer != _services.Identity.Id)
                .Select(c => _audits.RatePpm(c.Peer) / (double)AuditDraw.Always),
        ];
        if (rates.Length > 0)
        {
            _book.SetForecast(
                rates.Min(), rates.Max(), AuditPlan.ShardsToNotice(rates.Min(), _offer, match.Suitable[0]));
        }
        else if (match.Suitable.Count > 0)
        {
            _book.SetOwnNodeOnly();
        }

        return rates.Length == 0 || _services.Court.JudgesItself(_offer.Model) ? 0 : rates.Max();
    }

    /// <summary>Goes on with the audits of earlier runs.</summary>
    public IReadOnlyList<DispatchEvent> Restore()
    {
        foreach (AuditRecord audit in _services.Journal.Audits.List(_job.Row))
        {
            if (_audits.Restore(audit) is { } order)
            {
                _hearings.Start(order, leftOver: true);
            }
        }

        return
        [
            new DispatchEvent.AuditsPending(_audits.Pending),
            .. _audits.Convicted.Select(p => new DispatchEvent.ItemsRejected(p, [], Convicted, Banned: true)),
        ];
    }

    /// <summary>Draws for a delivered shard; what is drawn is pending from now on.</summary>
    public AuditOrder? Draw(DispatchEvent.ShardDelivered delivered, Delivery delivery) => _audits.Draw(
        delivered.Peer, delivered.Attempt.Shard, delivery.Material.Offer.Record, delivery.Receipt.Hash,
        delivery.Material.Lines.Items.Count);

    /// <summary>The shard was not taken after all.</summary>
    public void Withdraw(AuditOrder order) => _audits.Withdraw(order);

    /// <summary>How many judgements may still reject answers.</summary>
    public DispatchEvent Pending => new DispatchEvent.AuditsPending(_audits.Pending);

    /// <summary>The answers and the audit are durable: they may be judged.</summary>
    public void Opened(AuditOrder order)
    {
        _hearings.Start(order);
        _book.AuditOpened();
        string beyond = order.Discretionary ? ", beyond the draw" : "";
        _log.Add("audit-started", $"{order.Places.Count} items are judged{beyond}", order.Provider, order.Shard);
    }

    /// <summary>A hearing ended: its ruling is journaled once all that was accepted before is.</summary>
    public IReadOnlyList<DispatchEvent> Heard(RunEvent.Heard heard, Task accepted)
    {
        IReadOnlyList<AuditDue> dues = _hearings.TakeDues(heard.Key);
        if (_audits.Conclude(heard.Key, heard.Result) is not { } ruling)
        {
            _services.Court.Settle(dues, areJournaled: false);
            return [];
        }

        _ruling[ruling.Order.Key] = RuleAsync(ruling, dues, accepted);
        // Nothing more of a convicted provider may be accepted while its answers are taken back.
        return ruling.Convicted
            ? [new DispatchEvent.ItemsRejected(ruling.Order.Provider, [], Convicted, Banned: true)]
            : [];
    }

    /// <summary>A ruling is durable: what was taken back goes out again.</summary>
    public IReadOnlyList<DispatchEvent> Ruled(RunEvent.Ruled ruled)
    {
        AuditRuling ruling = ruled.Ruling;
        _ruling.Remove(ruling.Order.Key);
        if (ruled.Failure is not null)
        {
            return [];
        }

        IReadOnlyList<AuditOrder> closed = _audits.Close(ruling);
        foreach (AuditOrder order in closed)
        {
            _hearings.End(order);
        }

        _book.Record(ruling, closed.Count, ruled.Removed);
        Announce(ruling, ruled.Removed.Count);
        DispatchEvent[] taken = ruled.Removed.Count == 0 ? [] :
        [
            new DispatchEvent.ItemsRejected(
                ruling.Order.Provider, [.. ruled.Removed.Select(r => new DeliveredItem(r.Item, r.CompletionTokens))],
                ruling.Reason, Banned: false),
        ];
        // In this order: the job must not end between the two.
        return [.. taken, Pending];
    }

    /// <summary>Ends the hearings, and waits for rulings that are on their way to the disk.</summary>
    public async ValueTask DisposeAsync()
    {
        await _hearings.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(_ruling.Values).ConfigureAwait(false);
    }

    private static string Convicted => "convicted of cheating by its audits";

    private async Task RuleAsync(AuditRuling ruling, IReadOnlyList<AuditDue> dues, Task accepted)
    {
        await accepted.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        RunEvent done;
        try
        {
            IReadOnlyList<RemovedOutput> removed = await _services.Journal.Audits.RuleAsync(
                _job.Row,
                new RulingRecord
                {
                    Receipt = ruling.Order.Receipt,
                    Provider = ruling.Order.Provider.ToString(),
                    State = ruling.State,
                    Reason = ruling.Reason,
                    Ratio = ruling.Ratio,
                    Verdicts = [.. ruling.Hearing.Testimonies.Select(t => (t.Auditor.ToString(), t.Envelope))],
                    Convicted = ruling.Convicted,
                    Dues = [.. dues.Select(d => d.Charge)],
                },
                CancellationToken.None).ConfigureAwait(false);
            _services.Court.Settle(dues, areJournaled: true);
            done = new RunEvent.Ruled(ruling, removed, null);
        }
        catch (JournalException full)
        {
            // The case will be heard again.
            await AuditorPay.DropAsync(dues).ConfigureAwait(false);
            done = new RunEvent.Ruled(ruling, [], full);
        }

        try
        {
            await _events.WriteAsync(done, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The node stops; the journal has it.
        }
    }

    private void Announce(AuditRuling ruling, int removed)
    {
        (PeerId provider, long shard) = (ruling.Order.Provider, ruling.Order.Shard);
        if (ruling.Hearing.IsDisputed)
        {
            _log.Add("audit-disputed", ruling.Reason, provider, shard);
        }

        string type = ruling.State switch
        {
            AuditState.Verified => "audit-passed",
            AuditState.Rejected => "audit-rejected",
            AuditState.Disputed => "audit-disputed",
            _ => "audit-missed",
        };
        if (type != "audit-disputed" || !ruling.Hearing.IsDisputed)
        {
            _log.Add(type, ruling.Reason, provider, shard);
        }

        if (ruling.Convicted)
        {
            _log.Add(
                "provider-convicted", $"{Convicted}; {removed} of its answers are computed again elsewhere", provider);
        }
    }
}
