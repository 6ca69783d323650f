using System.Collections.Concurrent;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Wire;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments.Earning;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Audits.Serving;

/// <summary>
/// Judges for others: serves <c>/infernet/audit/1</c>. Requests wait their turn in a bounded number; who comes when all
/// places are taken is told so at once.
/// </summary>
internal sealed partial class AuditService : IAsyncDisposable
{
    private readonly NodeIdentity _identity;
    private readonly Func<PeerId, bool> _isWelcome;
    private readonly AuditServingLimits _limits;
    private readonly AuditAdmission _admission;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly JudgeBench _bench;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ConcurrentDictionary<AuditDriver, Task> _sessions = new();
    private readonly ConcurrentDictionary<AuditAccount, Task> _unrevealed = new();
    private volatile bool _stopping;
    private long _judged;

    /// <param name="identity">Signs the verdicts.</param>
    /// <param name="bench">Judges, by turns.</param>
    /// <param name="isWelcome">Whether this node judges for a peer at all.</param>
    /// <param name="limits">What may be asked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where violations go.</param>
    public AuditService(
        NodeIdentity identity, JudgeBench bench, Func<PeerId, bool> isWelcome, AuditServingLimits limits,
        TimeProvider time, ILogger log)
    {
        (_identity, _bench, _isWelcome, _limits) = (identity, bench, isWelcome, limits);
        (_time, _log) = (time, log);
        _admission = new AuditAdmission(limits);
    }

    /// <summary>Gets this node paid for its audits; null where nothing is asked.</summary>
    public Func<AuditRequest, PeerId, CancellationToken, Task<AuditAnswer>>? Earn { get; init; }

    /// <summary>Verdicts that were signed for since the start.</summary>
    public long Judged => Interlocked.Read(ref _judged);

    /// <summary>Serves a stream that a peer opened.</summary>
    public async Task ServeAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        await using var link = AuditLink.Serving(stream);
        if (!await ServeAsync(link, cancellationToken).ConfigureAwait(false))
        {
            stream.Reset();
        }
    }

    /// <summary>Serves a link until it ends; false if the peer broke the protocol or was lost.</summary>
    public async Task<bool> ServeAsync(AuditLink link, CancellationToken cancellationToken)
    {
        string? refusal = _isWelcome(link.Remote) ? _admission.TryEnter(link.Remote) : "not for this peer";
        if (refusal is not null)
        {
            await link.SendAsync(AuditMessages.Decline(AuditDecline.Types.Reason.Busy, refusal), cancellationToken)
                .ConfigureAwait(false);
            return true;
        }

        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopped.Token);
        var session = new AuditSession(_limits, link.Remote, _bench.Find, () => _stopping);
        var driver = new AuditDriver(link, _identity, session, _bench, _limits, _time) { Earn = Earn };
        var ended = new TaskCompletionSource();
        _sessions.TryAdd(driver, ended.Task);
        try
        {
            return await RunAsync(driver, link.Remote, linked.Token).ConfigureAwait(false);
        }
        finally
        {
            Leave(driver);
            _admission.Leave(link.Remote);
            _sessions.TryRemove(driver, out _);
            ended.SetResult();
        }
    }

    /// <summary>Admits nothing more and ends every session: a verdict that was not revealed is asked for elsewhere.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        await _stopped.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_sessions.Values).ConfigureAwait(false);
        await Task.WhenAll(_unrevealed.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopped.Dispose();
    }

    // Who has something judged and then goes away owes nothing, but it is not lent the same again at once: else it could
    // let this node work for nothing without end.
    private void Leave(AuditDriver driver)
    {
        if (driver.Account is not { } account)
        {
            return;
        }

        if (!driver.IsUnrevealed || _unrevealed.Count >= _limits.MaxUnrevealed)
        {
            account.Dispose();
            return;
        }

        account.Abandon();
        _unrevealed.TryAdd(account, ForgetAsync(account));
    }

    private async Task ForgetAsync(AuditAccount account)
    {
        await Task.Delay(_limits.RevealTimeout, _time, _stopped.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        account.Dispose();
        _unrevealed.TryRemove(account, out _);
    }

    private async Task<bool> RunAsync(AuditDriver driver, PeerId peer, CancellationToken cancellationToken)
    {
        try
        {
            string? violation = await driver.RunAsync(cancellationToken).ConfigureAwait(false);
            if (driver.IsAcknowledged)
            {
                Interlocked.Increment(ref _judged);
            }

            if (violation is not null)
            {
                LogViolation(peer, violation);
            }

            return violation is null;
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or JournalException)
        {
            LogGone(peer, gone.Message);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Peer} broke the audit protocol: {Reason}")]
    private partial void LogViolation(PeerId peer, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The audit of {Peer} ended: {Reason}")]
    private partial void LogGone(PeerId peer, string reason);
}
