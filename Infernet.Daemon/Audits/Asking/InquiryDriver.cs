using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Wire;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Payments;
using Infernet.Libp2p.Messages;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>
/// Asks one auditor about one case, over a stream of its own, with a time limit on each step; tells the hearing what
/// came of it.
/// </summary>
/// <param name="subject">What is to be judged.</param>
/// <param name="auditor">By whom.</param>
/// <param name="identity">This node, which signs for the verdict.</param>
/// <param name="open">Opens the stream.</param>
/// <param name="pay">Sets the price aside: what the auditor is offered; null if it asks nothing.</param>
/// <param name="limits">The time limits.</param>
/// <param name="time">The clock.</param>
internal sealed class InquiryDriver(
    AuditCase subject, PeerId auditor, NodeIdentity identity,
    Func<PeerId, CancellationToken, Task<AuditLink>> open, Func<CancellationToken, Task<OfferPayment?>> pay,
    InquiryLimits limits, TimeProvider time)
{
    private readonly Inquiry _inquiry = new(subject, auditor, identity.Id, limits);
    private readonly TaskCompletionSource _revealAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Everybody committed: lets the auditor reveal.</summary>
    public void AskReveal() => _revealAsked.TrySetResult();

    /// <summary>Asks, and reports the commitment and the end.</summary>
    public async Task RunAsync(Func<HearingEvent, ValueTask> report, CancellationToken cancellationToken)
    {
        await report(await TryAskAsync(report, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }

    // Who is lost after its commitment gains nothing: it has seen no other verdict. So only a wrong word is held
    // against it, and silence when it should reveal.
    private async Task<HearingEvent> TryAskAsync(
        Func<HearingEvent, ValueTask> report, CancellationToken cancellationToken)
    {
        try
        {
            return await AskAsync(report, cancellationToken).ConfigureAwait(false);
        }
        catch (MessageException)
        {
            return new HearingEvent.Broke(auditor);
        }
        catch (TimeoutException)
        {
            return _revealAsked.Task.IsCompleted
                ? new HearingEvent.Broke(auditor)
                : new HearingEvent.Declined(auditor, Busy: false);
        }
        catch (IOException)
        {
            return new HearingEvent.Declined(auditor, Busy: false);
        }
    }

    private async Task<HearingEvent> AskAsync(
        Func<HearingEvent, ValueTask> report, CancellationToken cancellationToken)
    {
        AuditRequest request = subject.Request;
        try
        {
            if (await Limit(pay, limits.PayTimeout, cancellationToken).ConfigureAwait(false) is { } payment)
            {
                request = request.Clone();
                request.Payment = payment;
            }
        }
        catch (Exception unpaid) when (unpaid is PaymentException or JournalException or TimeoutException)
        {
            // It is not the auditor's fault, and it was not asked.
            return new HearingEvent.Declined(auditor, Busy: false) { Answered = true };
        }

        await using AuditLink link = await Limit(
            token => open(auditor, token), limits.OpenTimeout, cancellationToken).ConfigureAwait(false);
        InquiryOutcome outcome = await ExchangeAsync(
            link, AuditMessages.Of(request), limits.CommitTimeout, cancellationToken).ConfigureAwait(false);
        if (outcome is InquiryOutcome.Committed)
        {
            await report(new HearingEvent.Committed(auditor)).ConfigureAwait(false);
            await _revealAsked.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            outcome = await RevealAsync(link, cancellationToken).ConfigureAwait(false);
        }

        switch (outcome)
        {
            case InquiryOutcome.Answered answered:
                return new HearingEvent.Testified(new Testimony(
                    auditor, answered.Envelope, answered.Verdict, subject.Find(answered.Verdict)));
            case InquiryOutcome.Declined declined:
                return new HearingEvent.Declined(auditor, declined.Busy) { Answered = true };
            default:
                return new HearingEvent.Broke(auditor);
        }
    }

    // An auditor that is asked to reveal is owed for it, so what it reveals is taken even if nobody waits for it any more:
    // it is due for a verdict that is here, and only for that.
    private async Task<InquiryOutcome> RevealAsync(AuditLink link, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using CancellationTokenRegistration withdrawn = cancellationToken.UnsafeRegister(
            _ => late.CancelAfter(limits.LateTimeout), null);
        InquiryOutcome outcome = await ExchangeAsync(link, _inquiry.AskReveal(), limits.RevealTimeout, late.Token)
            .ConfigureAwait(false);
        if (outcome is InquiryOutcome.Answered answered)
        {
            await link.SendAsync(
                AuditMessages.Of(VerdictAcknowledgement.Sign(identity, VerdictEnvelope.HashOf(answered.Envelope))),
                late.Token).ConfigureAwait(false);
        }

        return outcome;
    }

    private async Task<InquiryOutcome> ExchangeAsync(
        AuditLink link, AuditMessage message, TimeSpan patience, CancellationToken cancellationToken)
    {
        AuditMessage? answer = await Limit(
            async token =>
            {
                // A decline may come before all of the request was taken.
                Task sending = link.SendAsync(message, token).AsTask();
                AuditMessage? read = await link.ReadAsync(token).ConfigureAwait(false);
                await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return read;
            },
            patience, cancellationToken).ConfigureAwait(false);
        return _inquiry.Receive(answer, time.GetUtcNow());
    }

    private async Task<T> Limit<T>(
        Func<CancellationToken, Task<T>> action, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await action(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{auditor} took longer than {patience.TotalSeconds:0.#} s", late);
        }
    }
}
