using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Reputation;
using Infernet.Daemon.Audits.Asking;
using Infernet.Daemon.Audits.Canaries;
using Infernet.Daemon.Audits.Paying;
using Infernet.Daemon.Journal;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Audits;

/// <summary>
/// Lets cases be judged. Its parts: <see cref="Hearing"/> decides who is asked and what the verdicts come to,
/// <see cref="Inquiry"/> holds each auditor to the protocol, <see cref="AuditorSelection"/> draws them, and
/// <see cref="CanaryMint"/> makes the requests by which they are watched themselves.
/// </summary>
internal sealed partial class AuditCourt : IAsyncDisposable
{
    private readonly CourtServices _services;
    private readonly ILogger _log;
    private readonly AuditorSelection _selection;
    private readonly Absences _absences;
    private readonly CanaryMint _mint;
    private readonly SemaphoreSlim _places;
    private readonly Lock _lock = new();
    private readonly List<Task> _canaries = [];
    private readonly CancellationTokenSource _stopping = new();

    public AuditCourt(CourtServices services)
    {
        (_services, _log) = (services, services.Log);
        CourtOptions options = services.Options;
        _absences = new Absences(options.AbsenceDelay, options.MaxAbsent, services.Time);
        _selection = new AuditorSelection(
            model => services.Serving(model).Where(p => p.Peer != services.Identity.Id && !_absences.IsAbsent(p.Peer)),
            services.Standing, services.Network, services.Fraction);
        _mint = new CanaryMint(options.MaxKnownCases);
        _places = new SemaphoreSlim(options.MaxHearings);
    }

    /// <summary>
    /// Hears a case to its end. Never throws but for the cancellation: when nobody can judge, the result says so.
    /// </summary>
    /// <param name="open">Gives the case when it is its turn: those that wait take no memory.</param>
    /// <param name="cancellationToken">Ends the hearing.</param>
    public async Task<HearingResult> HearAsync(Func<AuditCase> open, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            AuditCase subject = open();
            int panel = _services.Fraction() < _services.Options.Hearing.SecondOpinionRate ? 2 : 1;
            bool ownEngine = _services.Bench.Find(subject.Model) is { } own
                && (!subject.Request.Exact || EngineCheck.ComputeAlike(own.Engine, subject.Request.Engine));
            HearingOptions options = _services.Options.Hearing;
            options = subject.IsLeftOver
                ? options with { NobodyTimeout = options.NobodyAfterStartTimeout }
                : options;
            await using var purse = new HearingPurse(subject, _services.Pay);
            HearingDriver driver = Driver(subject, options, purse, new HashSet<PeerId>(), ownEngine, panel);
            HearingResult result = await RunAsync(driver, purse, cancellationToken).ConfigureAwait(false);
            // What came is worth keeping and paying, whoever still waits for it.
            await RecordAsync(result.Auditors, CancellationToken.None).ConfigureAwait(false);
            Learn(subject, result);
            return result with
            {
                Shortage = result.Finding is null ? purse.Shortage : null,
                Dues = await purse.ConcludeAsync(a => result.HasEarned(a, driver.Received)).ConfigureAwait(false),
            };
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Whether this node judges answers of a model itself, so that it pays nobody for that.</summary>
    public bool JudgesItself(Cid model) => _services.Bench.Find(model) is not null;

    /// <summary>Pays what a hearing's auditors are due, in the background.</summary>
    /// <param name="dues">See <see cref="HearingResult.Dues"/>.</param>
    /// <param name="areJournaled">Whether they are in the journal already.</param>
    public void Settle(IReadOnlyList<AuditDue> dues, bool areJournaled) => _services.Pay?.Settle(dues, areJournaled);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Task[] running;
        lock (_lock)
        {
            running = [.. _canaries];
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _places.Dispose();
        _stopping.Dispose();
    }

    private HearingDriver Driver(
        AuditCase subject, HearingOptions options, HearingPurse purse, IReadOnlySet<PeerId> exclude, bool ownEngine,
        int panel)
    {
        var hearing = new Hearing(
            options, _services.Identity.Id, ownEngine, panel,
            asked => _selection.Draw(
                subject.Model, subject.Provider, new HashSet<PeerId>(asked.Union(exclude)), purse.Affordable),
            _services.Time.GetUtcNow());
        return new HearingDriver(subject, hearing, purse, _services, _absences);
    }

    private async Task<HearingResult> RunAsync(
        HearingDriver driver, HearingPurse purse, CancellationToken cancellationToken)
    {
        try
        {
            return await driver.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the result any more; who judged already did its work all the same.
            Settle(
                await purse.ConcludeAsync(a => driver.Received.Any(
                    t => t.Auditor == a && t.Finding.Outcome != ShardOutcome.Void)).ConfigureAwait(false),
                areJournaled: false);
            throw;
        }
    }

    private async Task RecordAsync(
        IReadOnlyList<(PeerId Auditor, AuditorFinding Finding)> auditors, CancellationToken cancellationToken)
    {
        foreach ((PeerId auditor, AuditorFinding finding) in auditors)
        {
            try
            {
                await _services.Record(auditor, finding, cancellationToken).ConfigureAwait(false);
            }
            catch (JournalException full)
            {
                LogNotRecorded(auditor, full.Message);
            }
        }
    }

    private void Learn(AuditCase subject, HearingResult result)
    {
        lock (_lock)
        {
            if (result is { Finding.Outcome: ShardOutcome.Verified, IsDisputed: false }
                && subject.Request.CalculateSize() <= _services.Options.MaxKnownCaseSize)
            {
                bool sure = result.Testimonies.Count > 1
                    || result.Testimonies.Any(t => t.Auditor == _services.Identity.Id);
                _mint.Learn(new KnownAnswers(
                    subject, sure, new HashSet<PeerId>(result.Testimonies.Select(t => t.Auditor)) { subject.Provider }));
            }

            _canaries.RemoveAll(t => t.IsCompleted);
            if (!_stopping.IsCancellationRequested && _canaries.Count < _services.Options.MaxCanaries
                && _services.Fraction() < _services.Options.CanaryRate
                && _mint.Mint(_services.Fraction, _services.Time.GetUtcNow()) is { } canary)
            {
                _canaries.Add(Task.Run(() => SendAsync(canary)));
            }
        }
    }

    private async Task SendAsync(Canary canary)
    {
        HearingOptions options = _services.Options.Hearing with { MaxTestimonies = 1 };
        AuditCase subject = canary.Case with { Funds = _services.Pay?.Canaries };
        await using var purse = new HearingPurse(subject, _services.Pay);
        HearingDriver driver = Driver(subject, options, purse, canary.Knowing, ownEngine: false, panel: 1);
        HearingResult result = await RunAsync(driver, purse, _stopping.Token).ConfigureAwait(false);
        var findings = new List<(PeerId, AuditorFinding)>(
            result.Auditors.Where(a => a.Finding == AuditorFinding.CommitmentBroken));
        foreach (Testimony testimony in result.Testimonies)
        {
            if (canary.Judge(testimony.Finding.Outcome) is { } finding)
            {
                findings.Add((testimony.Auditor, finding));
                LogCanary(testimony.Auditor, finding);
            }
        }

        await RecordAsync(findings, _stopping.Token).ConfigureAwait(false);
        HearingResult judged = result with { Auditors = findings };
        Settle(
            await purse.ConcludeAsync(a => judged.HasEarned(a, driver.Received)).ConfigureAwait(false),
            areJournaled: false);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A canary at {Auditor}: {Finding}")]
    private partial void LogCanary(PeerId auditor, AuditorFinding finding);

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was found about auditor {Auditor} is lost: {Reason}")]
    private partial void LogNotRecorded(PeerId auditor, string reason);
}
