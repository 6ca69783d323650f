using Infernet.Core.Audits;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas;
using Infernet.Daemon.Audits.Wire;
using static Infernet.Core.Schemas.AuditDecline.Types;

namespace Infernet.Daemon.Audits.Serving;

/// <summary>
/// The auditor's side of one request, as a pure state machine: request, commitment, reveal, acknowledgement, each once
/// and in this order. It computes nothing and waits for nobody. Used by its driver alone.
/// </summary>
internal sealed class AuditSession(
    AuditServingLimits limits, PeerId aggregator, Func<Cid, ServedAuditor?> findAuditor, Func<bool> isStopping)
{
    private State _state = State.Waiting;
    private byte[] _envelope = [];
    private byte[] _salt = [];

    private enum State
    {
        Waiting,
        Judging,
        Committed,
        Revealed,
        Over,
    }

    /// <summary>Takes a message and says what to do about it.</summary>
    public AuditStep Receive(AuditMessage message) => (_state, message.BodyCase) switch
    {
        (State.Waiting, AuditMessage.BodyOneofCase.Request) => Admit(message.Request),
        (State.Waiting, _) => new AuditStep.Violation("the first message must be a request"),
        (State.Committed, AuditMessage.BodyOneofCase.RevealRequest) => Reveal(),
        (State.Revealed, AuditMessage.BodyOneofCase.Acknowledged) => Acknowledge(message.Acknowledged),
        _ => new AuditStep.Violation($"{message.BodyCase} is no message for an auditor at this point"),
    };

    /// <summary>The verdict is sealed: commits to it.</summary>
    public AuditStep Judged(byte[] envelope, byte[] salt)
    {
        (_envelope, _salt, _state) = (envelope, salt, State.Committed);
        return new AuditStep.Reply(AuditMessages.Commitment(VerdictCommitment.Of(salt, envelope)));
    }

    private AuditStep Admit(AuditRequest request)
    {
        if (isStopping())
        {
            return Decline(Reason.ShuttingDown, "this node is stopping");
        }

        if (RequestCheck.FindProblem(request) is { } problem)
        {
            return Decline(Reason.RequestInvalid, problem);
        }

        long tokens = request.Items.Sum(i => (long)i.Receipt.TokenIds.Count + i.Receipt.PromptTokens);
        if (tokens > limits.MaxTokens)
        {
            return Decline(
                Reason.RequestInvalid, $"{tokens} tokens are to be judged, this node takes {limits.MaxTokens} at a time");
        }

        if (!Cid.TryParse(request.ModelRoot.Span, out Cid root))
        {
            return Decline(Reason.RequestInvalid, "model_root is no CID");
        }

        if (findAuditor(root) is not { } auditor)
        {
            return Decline(Reason.ModelNotServed, $"this node does not serve {root} at the moment");
        }

        if (request.Exact && !EngineCheck.ComputeAlike(auditor.Engine, request.Engine))
        {
            return Decline(Reason.EngineDiffers, "this node's engine computes other bits than that of the request");
        }

        _state = State.Judging;
        return new AuditStep.Judge(request, auditor);
    }

    private AuditStep.Close Decline(Reason reason, string message)
    {
        _state = State.Over;
        return new AuditStep.Close(AuditMessages.Decline(reason, message));
    }

    private AuditStep.Reply Reveal()
    {
        _state = State.Revealed;
        return new AuditStep.Reply(AuditMessages.Reveal(_salt, _envelope));
    }

    private AuditStep Acknowledge(VerdictAcknowledged acknowledged)
    {
        _state = State.Over;
        return VerdictAcknowledgement.IsValid(acknowledged, aggregator, VerdictEnvelope.HashOf(_envelope))
            ? new AuditStep.Done()
            : new AuditStep.Violation("the acknowledgement is not for this verdict, or its signature is wrong");
    }
}
