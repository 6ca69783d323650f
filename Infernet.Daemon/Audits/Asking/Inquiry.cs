using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Wire;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>
/// The asking side of one request to one auditor, as a pure state machine: it holds the auditor to the order of the
/// messages, to its commitment, and to the request.
/// </summary>
internal sealed class Inquiry(AuditCase subject, PeerId auditor, PeerId self, InquiryLimits limits)
{
    private readonly byte[] _requestHash = AuditRequestHash.Of(subject.Request);
    private State _state = State.Asked;
    private byte[] _commitment = [];

    private enum State
    {
        Asked,
        Committed,
        RevealAsked,
        Over,
    }

    /// <summary>Everybody committed: the verdict may be seen.</summary>
    public AuditMessage AskReveal()
    {
        _state = _state == State.Committed
            ? State.RevealAsked
            : throw new InvalidOperationException("A reveal is asked for once, after the commitment.");
        return AuditMessages.RevealRequest;
    }

    /// <summary>Takes a message of the auditor.</summary>
    public InquiryOutcome Receive(AuditMessage? message, DateTimeOffset now)
    {
        InquiryOutcome outcome = (_state, message?.BodyCase) switch
        {
            (State.Asked, AuditMessage.BodyOneofCase.Decline) => Decline(message!.Decline),
            (State.Asked, AuditMessage.BodyOneofCase.Commitment) => Commit(message!.Commitment),
            (State.Asked, null) => new InquiryOutcome.Declined("closed the stream without an answer", Busy: true),
            (State.RevealAsked, AuditMessage.BodyOneofCase.Reveal) => Reveal(message!.Reveal, now),
            (State.RevealAsked, null) => new InquiryOutcome.Broken("committed to a verdict and does not reveal it"),
            _ => new InquiryOutcome.Broken($"sent {message?.BodyCase}, which is no message for who asks at this point"),
        };
        _state = outcome is InquiryOutcome.Committed ? State.Committed : State.Over;
        return outcome;
    }

    private static InquiryOutcome.Declined Decline(AuditDecline decline)
    {
        string words = decline.Message.Length is > 0 and <= AuditProtocol.MaxReasonLength
            ? decline.Message
            : decline.Reason.ToString();
        return new InquiryOutcome.Declined(words, decline.Reason is AuditDecline.Types.Reason.Busy
            // Its window has room again when earlier work is paid, and other prices are in its next advert.
            or AuditDecline.Types.Reason.PaymentRequired);
    }

    private InquiryOutcome Commit(AuditCommitment commitment)
    {
        if (commitment.Hash.Length != VerdictCommitment.Length)
        {
            return new InquiryOutcome.Broken(
                $"committed by {commitment.Hash.Length} bytes; a commitment has {VerdictCommitment.Length}");
        }

        _commitment = commitment.Hash.ToByteArray();
        return new InquiryOutcome.Committed();
    }

    private InquiryOutcome Reveal(Reveal reveal, DateTimeOffset now)
    {
        if (!VerdictCommitment.IsFor(_commitment, reveal.Salt.Span, reveal.VerdictEnvelope.Span))
        {
            return new InquiryOutcome.Broken("revealed something else than it had committed to");
        }

        var expectation = new VerdictExpectation
        {
            Auditor = auditor,
            Aggregator = self,
            RequestHash = _requestHash,
            ModelRoot = subject.Request.ModelRoot.Memory,
            Exact = subject.Request.Exact,
            Items = subject.Request.Items.Count,
            Tokens = [.. subject.Request.Items.Select(i => i.Receipt.TokenIds.Count)],
            NotBefore = subject.OpenedAt - limits.ClockTolerance,
            NotAfter = now + limits.ClockTolerance,
        };
        return VerdictCheck.FindProblem(reveal.VerdictEnvelope.Span, expectation, out Verdict verdict) is { } problem
            ? new InquiryOutcome.Broken(problem)
            : new InquiryOutcome.Answered(reveal.VerdictEnvelope.ToByteArray(), verdict);
    }
}
