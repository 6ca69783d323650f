using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Audits.Paying;
using Infernet.Daemon.Jobs.Paying;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Jobs.Auditing;

/// <summary>What a job can pay auditors: out of its budget, by its owner's limits. Thread-safe.</summary>
internal sealed class AuditMeans(JobRecord job, SpendingPlan plan, JobBudget budget, OfferTable offers, JobBook book)
    : IAuditFunds
{
    public long Job => job.Row;

    public ulong Left => budget.LeftForAudits;

    public bool TryTake(ulong amount) => budget.TryTakeForAudit(amount);

    public void GiveBack(ulong amount) => budget.GiveBackFromAudit(amount);

    public void Spend(PeerId auditor, ulong amount) => book.AuditorDue(auditor, amount);

    /// <summary>The same case, and what judging it may cost.</summary>
    public AuditCase For(AuditCase subject, AuditRecord audit) => plan.Terms.Asset is not { } asset ? subject : subject with
    {
        Funds = this,
        Allowance = new AuditAllowance
        {
            Mint = asset.Mint,
            Judged = new Usage(
                subject.Request.Items.Aggregate(0ul, (sum, i) => sum + i.Receipt.PromptTokens),
                subject.Request.Items.Aggregate(0ul, (sum, i) => sum + i.Receipt.CompletionTokens)),
            PaidBy = PricesOf(audit),
            PaysForFreeWork = job.Specification.Budget is not null || job.Specification.MaxPrice is not null,
            Limit = plan.Terms.Limit,
        },
    };

    private Prices? PricesOf(AuditRecord audit) =>
        offers.Find(job.Row, audit.Offer) is { } record
        && Offer.Parser.ParseFrom(record.Offer).Payment is { } payment
        && Prices.Read(payment.Prices, out Prices prices) is null
            ? prices
            : null;
}
