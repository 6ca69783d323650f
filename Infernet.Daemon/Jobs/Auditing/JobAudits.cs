using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>
/// The audits of one job, as pure bookkeeping: which receipts are drawn, which are out for judgement, what the
/// judgements come to, and when a provider is convicted. Used by the job's loop alone.
/// </summary>
/// <param name="policy">How often to audit; a base rate of 0 audits nobody.</param>
/// <param name="self">This node, whose own work nobody needs to judge.</param>
/// <param name="jobTokens">What the job may generate in all.</param>
/// <param name="known">What is known of a provider when it joins.</param>
internal sealed class JobAudits(AuditPolicy policy, PeerId self, double jobTokens, Func<PeerId, AuditSubject> known)
{
    private readonly Dictionary<string, AuditOrder> _pending = [];
    private readonly Dictionary<PeerId, ProviderTrial> _trials = [];

    /// <summary>Receipts that are out for judgement, or whose judgement is not durable yet.</summary>
    public int Pending => _pending.Count;

    /// <summary>Those who are not to work on this job any more.</summary>
    public IEnumerable<PeerId> Convicted => _trials.Where(t => t.Value.IsConvicted).Select(t => t.Key);

    /// <summary>The share of a provider's shards to audit, in parts per million: what its offer commits to.</summary>
    public uint RatePpm(PeerId provider) =>
        provider == self ? 0 : policy.RatePpm(Trial(provider).Subject, jobTokens);

    /// <summary>
    /// Draws for a receipt. The rate falls as a provider passes audits and rises with suspicion, so it need not be the
    /// one that the offer is committed to: what is audited above that is marked as beyond the draw.
    /// </summary>
    /// <returns>What to judge, now pending; null if the receipt is not drawn.</returns>
    public AuditOrder? Draw(PeerId provider, long shard, OfferRecord offer, byte[] receipt, int items)
    {
        if (items == 0 || !AuditDraw.IsDrawn(offer.Secret, receipt, RatePpm(provider)))
        {
            return null;
        }

        var order = new AuditOrder(
            receipt, provider, shard, AuditDraw.PickItems(offer.Secret, receipt, items),
            Discretionary: !AuditDraw.IsDrawn(offer.Secret, receipt, offer.RatePpm));
        _pending[order.Key] = order;
        return order;
    }

    /// <summary>The shard was not taken after all.</summary>
    public void Withdraw(AuditOrder order) => _pending.Remove(order.Key);

    /// <summary>Takes over what an earlier run left: what was judged counts, what was not is out again.</summary>
    /// <returns>The order, if it is out again.</returns>
    public AuditOrder? Restore(AuditRecord audit)
    {
        PeerId provider = PeerId.Parse(audit.Provider);
        if (audit.State is AuditState.Verified or AuditState.Disputed or AuditState.Rejected)
        {
            Trial(provider).Restore(audit.Ratio, audit.State == AuditState.Verified, ContentsOf(audit));
        }

        if (audit.State != AuditState.Pending)
        {
            return null;
        }

        var order = new AuditOrder(audit.Receipt, provider, audit.Shard, audit.Places, audit.Discretionary);
        _pending[order.Key] = order;
        return order;
    }

    /// <summary>A hearing ended. The order stays pending until the ruling is durable.</summary>
    /// <returns>What follows; null if nothing does any more, since its provider was convicted meanwhile.</returns>
    public AuditRuling? Conclude(string key, HearingResult hearing)
    {
        if (!_pending.TryGetValue(key, out AuditOrder? order) || Trial(order.Provider).IsConvicted)
        {
            return null;
        }

        string state = StateOf(hearing);
        // What the provider's account gains, which is less than what the shard comes to where answers are repeated.
        double ratio = 0;
        bool convicted = state != AuditState.Unaudited
            && Trial(order.Provider).Hear(hearing.Finding!, state == AuditState.Verified, out ratio);
        return new AuditRuling(order, state, RulingWords.Of(hearing), ratio, convicted, hearing);
    }

    /// <summary>A ruling is durable.</summary>
    /// <returns>The orders that end with it: of a convicted provider all.</returns>
    public IReadOnlyList<AuditOrder> Close(AuditRuling ruling)
    {
        AuditOrder[] closed = ruling.Convicted
            ? [.. _pending.Values.Where(o => o.Provider == ruling.Order.Provider)]
            : [ruling.Order];
        foreach (AuditOrder order in closed)
        {
            _pending.Remove(order.Key);
        }

        return closed;
    }

    private static UInt128[] ContentsOf(AuditRecord audit)
    {
        AuditRequest request = AuditRequest.Parser.ParseFrom(audit.Request);
        return
        [
            .. request.Items.Select(item => ContentKey.Of(
                request.ModelRoot.Span, ItemReceiptHash.ContentOf(item.Receipt))),
        ];
    }

    private static string StateOf(HearingResult hearing) => hearing.Finding?.Outcome switch
    {
        ShardOutcome.Verified => AuditState.Verified,
        ShardOutcome.Suspicious => AuditState.Disputed,
        ShardOutcome.Rejected => AuditState.Rejected,
        _ => AuditState.Unaudited,
    };

    private ProviderTrial Trial(PeerId provider) => _trials.TryGetValue(provider, out ProviderTrial? trial)
        ? trial
        : _trials[provider] = new ProviderTrial(known(provider));
}
