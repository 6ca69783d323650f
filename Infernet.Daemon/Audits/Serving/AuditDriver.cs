using System.Security.Cryptography;
using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Wire;
using Infernet.Daemon.Payments.Earning;

namespace Infernet.Daemon.Audits.Serving;

/// <summary>Drives one <see cref="AuditSession"/> over a link, with a time limit on each of its steps.</summary>
/// <param name="link">The stream; stays its caller's.</param>
/// <param name="identity">Signs the verdict.</param>
/// <param name="session">The rules.</param>
/// <param name="bench">Judges when it is this request's turn.</param>
/// <param name="limits">The time limits.</param>
/// <param name="time">The clock.</param>
internal sealed class AuditDriver(
    AuditLink link, NodeIdentity identity, AuditSession session, JudgeBench bench, AuditServingLimits limits,
    TimeProvider time)
{
    /// <summary>Takes up what is paid; null where nothing is asked.</summary>
    public Func<AuditRequest, PeerId, CancellationToken, Task<AuditAnswer>>? Earn { get; init; }

    /// <summary>What this audit is paid by; null if it is not. For who drives this to dispose of.</summary>
    public AuditAccount? Account { get; private set; }

    /// <summary>Whether it was judged and the other side has not seen the verdict.</summary>
    public bool IsUnrevealed { get; private set; }

    /// <summary>Whether the verdict was signed for.</summary>
    public bool IsAcknowledged { get; private set; }

    /// <summary>Serves one request; answers what the other side did wrong, null if nothing.</summary>
    /// <exception cref="IOException">The other side is gone, or too slow.</exception>
    public async Task<string?> RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan patience = limits.RequestTimeout;
        while (await ReadAsync(patience, cancellationToken).ConfigureAwait(false) is { } message)
        {
            AuditStep step = session.Receive(message);
            if (step is AuditStep.Judge asked)
            {
                step = await JudgeAsync(asked, cancellationToken).ConfigureAwait(false);
            }

            switch (step)
            {
                case AuditStep.Reply reply:
                    await link.SendAsync(reply.Message, cancellationToken).ConfigureAwait(false);
                    await RepliedAsync(reply.Message).ConfigureAwait(false);
                    break;
                case AuditStep.Close close:
                    await link.SendAsync(close.Message, cancellationToken).ConfigureAwait(false);
                    return null;
                case AuditStep.Done:
                    IsAcknowledged = true;
                    return null;
                case AuditStep.Violation violation:
                    return violation.Reason;
            }

            patience = limits.RevealTimeout;
        }

        return null;
    }

    // From the moment when the other side has the verdict it owes for it, whether or not it signs.
    private async Task RepliedAsync(AuditMessage reply)
    {
        IsUnrevealed = reply.BodyCase == AuditMessage.BodyOneofCase.Commitment;
        if (reply.BodyCase == AuditMessage.BodyOneofCase.Reveal && Account is { } account)
        {
            await account.RevealedAsync().ConfigureAwait(false);
        }
    }

    private async Task<AuditDecline?> TakeUpAsync(AuditRequest request, CancellationToken cancellationToken)
    {
        switch (Earn is null ? null : await Earn(request, link.Remote, cancellationToken).ConfigureAwait(false))
        {
            case AuditAnswer.Paid paid:
                Account = paid.Account;
                return null;
            case AuditAnswer.Refused refused:
                return refused.Decline;
            default:
                return null;
        }
    }

    private async Task<AuditStep> JudgeAsync(AuditStep.Judge asked, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(limits.JudgeTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        IReadOnlyList<ItemVerdict> items;
        try
        {
            if (await TakeUpAsync(asked.Request, linked.Token).ConfigureAwait(false) is { } refusal)
            {
                return new AuditStep.Close(AuditMessages.Of(refusal));
            }

            items = await bench.JudgeAsync(asked.By, asked.Request, linked.Token).ConfigureAwait(false);
        }
        catch (Execution.PromptTooLongException beyond)
        {
            return new AuditStep.Close(AuditMessages.Decline(
                AuditDecline.Types.Reason.RequestInvalid, $"this node's context is too short: {beyond.Message}"));
        }
        catch (Execution.InferenceException broken)
        {
            return new AuditStep.Close(AuditMessages.Decline(AuditDecline.Types.Reason.Busy, broken.Message));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new AuditStep.Close(AuditMessages.Decline(
                AuditDecline.Types.Reason.Busy, "this request's turn did not come in time"));
        }

        byte[] envelope = Verdicts.Seal(identity, asked.Request, asked.By.Engine, link.Remote, items, time.GetUtcNow());
        return session.Judged(envelope, RandomNumberGenerator.GetBytes(VerdictCommitment.SaltLength));
    }

    private async Task<AuditMessage?> ReadAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await link.ReadAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException silent) when (limit.IsCancellationRequested)
        {
            throw new IOException($"the aggregator said nothing for {patience.TotalSeconds:0} s", silent);
        }
    }
}
