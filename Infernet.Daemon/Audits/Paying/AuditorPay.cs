using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Daemon.Payments.Paying;
using Infernet.Solana.Keys;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Audits.Paying;

/// <summary>
/// Pays auditors. What is due is in the journal before it is paid, so that a crash in between only delays it: what an
/// earlier run left, and what could not be paid, is tried again now and then.
/// </summary>
internal sealed partial class AuditorPay : IAsyncDisposable
{
    /// <summary>Dues that are looked at in one go.</summary>
    private const int MaxDues = 1_000;

    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IntentLife = TimeSpan.FromMinutes(5);

    private readonly Payer _payer;
    private readonly AuditDueTable _table;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private readonly HashSet<(string Request, string Auditor)> _inHand = [];
    private readonly List<Task> _settling = [];
    private readonly CancellationTokenSource _stopping = new();
    private Task _looking = Task.CompletedTask;
    private volatile string? _problem;

    public AuditorPay(Payer payer, AuditDueTable table, IAuditFunds canaries, TimeProvider time, ILogger log)
    {
        (_payer, _table, Canaries, Time, _log) = (payer, table, canaries, time, log);
    }

    public TimeProvider Time { get; }

    /// <summary>What keeps dues from being looked at; null when all is well.</summary>
    public string? Problem => _problem;

    /// <summary>Out of what auditors are paid that this node tests.</summary>
    public IAuditFunds Canaries { get; }

    /// <summary>Settles what earlier runs left.</summary>
    public void Start() => _looking = Task.Run(() => LookAsync(_stopping.Token));

    /// <summary>Sets an audit's price aside, on a channel to the auditor.</summary>
    /// <exception cref="PaymentException">There is no money for it, or the cluster can't be reached.</exception>
    /// <exception cref="JournalException">Nothing can be written.</exception>
    public async Task<PaymentAccount> OpenAsync(
        IAuditFunds funds, ServingAuditor auditor, byte[] id, ulong price, CancellationToken cancellationToken)
    {
        if (!funds.TryTake(price))
        {
            throw new PaymentException("budget", $"An audit by {auditor.Peer} costs {price}, and {funds.Left} are left for it");
        }

        try
        {
            return await _payer.OpenAsync(
                new PaymentRequest(auditor.Peer, auditor.Payout!.Value, auditor.Prices, funds.Job, id, price)
                {
                    Life = IntentLife, IsAudit = true,
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            funds.GiveBack(price);
            throw;
        }
    }

    /// <summary>Pays what is due, in the background.</summary>
    /// <param name="dues">What a hearing came to.</param>
    /// <param name="areJournaled">Whether they are in the journal already.</param>
    public void Settle(IReadOnlyList<AuditDue> dues, bool areJournaled)
    {
        if (dues.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            _settling.RemoveAll(t => t.IsCompleted);
            _inHand.UnionWith(dues.Select(d => KeyOf(d.Charge)));
            _settling.Add(Task.Run(() => SettleAsync(dues, areJournaled)));
        }
    }

    /// <summary>Nothing of it is due after all: the verdicts count for nothing.</summary>
    public static async Task DropAsync(IEnumerable<AuditDue> dues)
    {
        foreach (AuditDue due in dues)
        {
            await due.Account.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Waits for what is being paid; the rest the next start pays.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] settling;
        lock (_lock)
        {
            settling = [.. _settling];
        }

        await Task.WhenAll(settling).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    /// <summary>Pays what stands in the journal and nobody has in hand. For tests, and for those who don't want to wait.
    /// </summary>
    internal async Task SettleLeftAsync(CancellationToken cancellationToken)
    {
        foreach (AuditCharge due in _table.Unpaid(MaxDues))
        {
            lock (_lock)
            {
                if (!_inHand.Add(KeyOf(due)))
                {
                    continue;
                }
            }

            await SettleLeftAsync(due).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private async Task SettleLeftAsync(AuditCharge due)
    {
        PaymentAccount? account = _payer.OpenDebt(
            new PaymentRequest(PeerId.Parse(due.Provider), default, new Prices(), due.Job, [], due.Amount), due.Channel);
        if (account is not null)
        {
            await PayAsync(new AuditDue(due, account)).ConfigureAwait(false);
            return;
        }

        if (_payer.HasEnded(due.Channel))
        {
            LogGivenUp(due.Provider, due.Amount, due.Channel);
            await GiveUpAsync(due).ConfigureAwait(false);
        }
        else
        {
            LogNotPaid(due.Provider, $"the channel {due.Channel} has no {due.Amount} left");
        }

        Release(due);
    }

    private async Task GiveUpAsync(AuditCharge due)
    {
        try
        {
            await _table.GiveUpAsync(due, CancellationToken.None).ConfigureAwait(false);
        }
        catch (JournalException full)
        {
            // It is looked at again.
            LogNotPaid(due.Provider, full.Message);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = RetryDelay;
        while (true)
        {
            try
            {
                await SettleLeftAsync(cancellationToken).ConfigureAwait(false);
                (_problem, pause) = (null, LookAgain);
            }
            catch (JournalException unreadable)
            {
                pause = _problem is null ? RetryDelay : TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LookAgain.Ticks));
                _problem = $"what auditors are due can't be looked at: {unreadable.Message}";
            }

            await Task.Delay(pause, Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task SettleAsync(IReadOnlyList<AuditDue> dues, bool areJournaled)
    {
        try
        {
            if (!areJournaled)
            {
                await _table.AddAsync(dues.Select(d => d.Charge), CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (JournalException full)
        {
            // The payment itself writes it again.
            LogNotPaid(dues[0].Charge.Provider, full.Message);
        }

        foreach (AuditDue due in dues)
        {
            await PayAsync(due).ConfigureAwait(false);
        }
    }

    private async Task PayAsync(AuditDue due)
    {
        try
        {
            await due.Account.PayAsync(due.Charge, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failed) when (failed is PaymentException or JournalException)
        {
            LogNotPaid(due.Charge.Provider, failed.Message);
        }
        finally
        {
            await due.Account.DisposeAsync().ConfigureAwait(false);
            _payer.Urge(due.Account.Provider);
            Release(due.Charge);
        }
    }

    private void Release(AuditCharge due)
    {
        lock (_lock)
        {
            _inHand.Remove(KeyOf(due));
        }
    }

    private static (string Request, string Auditor) KeyOf(AuditCharge due) =>
        (Convert.ToHexString(due.Request), due.Provider);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The audit by {Auditor} is never paid: {Amount} were due by the channel {Channel}, which has ended")]
    private partial void LogGivenUp(string auditor, ulong amount, Address channel);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The audit by {Auditor} is paid later: {Reason}")]
    private partial void LogNotPaid(string auditor, string reason);
}
