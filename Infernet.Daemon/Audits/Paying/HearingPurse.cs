using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Paying;

namespace Infernet.Daemon.Audits.Paying;

/// <summary>
/// The money side of one hearing: says which auditors it can pay, sets the price of each aside before it is asked, and at
/// the end says what is due. What is not due goes back. Used by one hearing, whose inquiries run beside each other.
/// </summary>
internal sealed class HearingPurse(AuditCase subject, AuditorPay? pay) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, ServingAuditor> _terms = [];
    private readonly Dictionary<PeerId, (PaymentAccount Account, ulong Price)> _asked = [];
    private readonly byte[] _request = AuditRequestHash.Of(subject.Request);

    /// <summary>Why nobody can be asked, if that is for the want of money; null otherwise.</summary>
    public string? Shortage { get; private set; }

    /// <summary>Those who ask nothing for this, and those whose price can be paid.</summary>
    public List<ServingAuditor> Affordable(IReadOnlyCollection<ServingAuditor> serving)
    {
        ulong most = pay is null || subject.Funds is null
            ? 0
            : Math.Min(subject.Funds.Left, subject.Allowance?.Most(serving.Select(s => s.Prices)) ?? 0);
        List<ServingAuditor> able = [.. serving.Where(s => PriceOf(s) is var price
            && (price == 0 || price <= most && s.Payout is not null && subject.Allowance!.Allows(s.Prices)))];
        lock (_lock)
        {
            foreach (ServingAuditor auditor in able)
            {
                _terms[auditor.Peer] = auditor;
            }

            Shortage = serving.All(s => s.Peer == subject.Provider) || able.Any(s => s.Peer != subject.Provider) ? null
                : "no auditor that can be paid: all who serve the model ask more than the judged work is worth, or than is "
                    + "left for audits";
        }

        return able;
    }

    /// <summary>What an auditor is offered with the request; null if it asks nothing.</summary>
    /// <exception cref="Payments.PaymentException">It can't be paid now.</exception>
    /// <exception cref="JournalException">Nothing can be written.</exception>
    public async Task<OfferPayment?> OpenAsync(PeerId auditor, CancellationToken cancellationToken)
    {
        ServingAuditor terms;
        lock (_lock)
        {
            terms = _terms[auditor];
        }

        ulong price = PriceOf(terms);
        if (price == 0)
        {
            return null;
        }

        await ReleaseAsync(auditor).ConfigureAwait(false);
        PaymentAccount account = await pay!.OpenAsync(
            subject.Funds!, terms, AuditBill.IdOf(subject.Request), price, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            _asked.Add(auditor, (account, price));
        }

        return account.Terms;
    }

    /// <summary>The hearing is over: what is due to whom. Each is for the caller to settle.</summary>
    /// <param name="earned">Whether an auditor's verdict is worth its price.</param>
    public async Task<IReadOnlyList<AuditDue>> ConcludeAsync(Func<PeerId, bool> earned)
    {
        var dues = new List<AuditDue>();
        foreach (PeerId auditor in _asked.Keys.Where(earned).ToList())
        {
            (PaymentAccount account, ulong price) = _asked[auditor];
            _asked.Remove(auditor);
            subject.Funds!.Spend(auditor, price);
            dues.Add(new AuditDue(
                new AuditCharge(
                    _request, subject.Funds!.Job, auditor.ToString(), account.Channel, price, pay!.Time.GetUtcNow()),
                account));
        }

        await DisposeAsync().ConfigureAwait(false);
        return dues;
    }

    /// <summary>Gives back what was set aside.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (PeerId auditor in _asked.Keys.ToList())
        {
            await ReleaseAsync(auditor).ConfigureAwait(false);
        }
    }

    private ulong PriceOf(ServingAuditor auditor) => AuditBill.AmountOf(subject.Request, auditor.Prices);

    private async Task ReleaseAsync(PeerId auditor)
    {
        (PaymentAccount Account, ulong Price) asked;
        lock (_lock)
        {
            if (!_asked.Remove(auditor, out asked))
            {
                return;
            }
        }

        await asked.Account.DisposeAsync().ConfigureAwait(false);
        subject.Funds!.GiveBack(asked.Price);
    }
}
