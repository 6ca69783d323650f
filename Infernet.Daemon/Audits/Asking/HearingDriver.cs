using System.Collections.Concurrent;
using System.Threading.Channels;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Paying;
using Infernet.Daemon.Audits.Serving;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>Drives one <see cref="Hearing"/>: asks whom it names, each beside the others, and feeds back what comes.</summary>
internal sealed class HearingDriver(
    AuditCase subject, Hearing hearing, HearingPurse purse, CourtServices services, Absences absences)
{
    private const int MaxWaitingEvents = 64;

    private readonly Channel<HearingEvent> _inbox = Channel.CreateBounded<HearingEvent>(MaxWaitingEvents);
    private readonly Dictionary<PeerId, InquiryDriver> _inquiries = [];
    private readonly List<Task> _tasks = [];
    private readonly ConcurrentQueue<Testimony> _received = [];

    /// <summary>All verdicts that came, whatever became of the hearing.</summary>
    public IReadOnlyCollection<Testimony> Received => _received;

    /// <summary>Hears the case to its end.</summary>
    public async Task<HearingResult> RunAsync(CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            HearingResult? result = Carry(hearing.Begin(), ended.Token);
            while (result is null)
            {
                HearingEvent happened = await NextAsync(cancellationToken).ConfigureAwait(false);
                result = Carry(hearing.Advance(happened, services.Time.GetUtcNow()), ended.Token);
            }

            return result;
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(_tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<HearingEvent> NextAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(services.Options.Hearing.RetryDelay, services.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await _inbox.Reader.ReadAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HearingEvent.Tick();
        }
    }

    private HearingResult? Carry(IReadOnlyList<HearingAction> actions, CancellationToken cancellationToken)
    {
        foreach (HearingAction action in actions)
        {
            switch (action)
            {
                case HearingAction.Ask ask:
                    _tasks.Add(AskAsync(ask.Auditor, cancellationToken));
                    break;
                case HearingAction.AskReveal reveal:
                    _inquiries[reveal.Auditor].AskReveal();
                    break;
                case HearingAction.Conclude conclude:
                    return conclude.Result;
            }
        }

        return null;
    }

    private Task AskAsync(PeerId auditor, CancellationToken cancellationToken)
    {
        if (auditor == services.Identity.Id)
        {
            return Task.Run(() => JudgeAsync(cancellationToken), cancellationToken);
        }

        var inquiry = new InquiryDriver(
            subject, auditor, services.Identity, services.Open, token => purse.OpenAsync(auditor, token),
            services.Options.Inquiry, services.Time);
        _inquiries[auditor] = inquiry;
        return Task.Run(() => inquiry.RunAsync(h => ReportAsync(h, cancellationToken), cancellationToken), cancellationToken);
    }

    private ValueTask ReportAsync(HearingEvent happened, CancellationToken cancellationToken)
    {
        absences.Note(happened);
        if (happened is HearingEvent.Testified testified)
        {
            _received.Enqueue(testified.Testimony);
        }

        return _inbox.Writer.WriteAsync(happened, cancellationToken);
    }

    // This node's own engine commits to nobody; its verdict is signed all the same, for those who ask later.
    private async Task JudgeAsync(CancellationToken cancellationToken)
    {
        PeerId self = services.Identity.Id;
        HearingEvent happened = new HearingEvent.Declined(self, Busy: false);
        try
        {
            if (services.Bench.Find(subject.Model) is { } auditor)
            {
                IReadOnlyList<ItemVerdict> items = await services.Bench
                    .JudgeAsync(auditor, subject.Request, cancellationToken).ConfigureAwait(false);
                byte[] envelope = Verdicts.Seal(
                    services.Identity, subject.Request, auditor.Engine, self, items, services.Time.GetUtcNow());
                _ = VerdictEnvelope.TryOpen(envelope, out Verdict verdict, out _);
                happened = new HearingEvent.Testified(new Testimony(self, envelope, verdict, subject.Find(verdict)));
            }
        }
        catch (Execution.InferenceException)
        {
            // Others have to judge.
        }

        await _inbox.Writer.WriteAsync(happened, cancellationToken).ConfigureAwait(false);
    }
}
