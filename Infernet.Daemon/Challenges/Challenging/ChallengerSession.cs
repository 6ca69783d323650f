using Google.Protobuf;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Wire;
using Infernet.Execution.Challenges;
using Body = Infernet.Core.Schemas.ChallengeMessage.BodyOneofCase;

namespace Infernet.Daemon.Challenges.Challenging;

/// <summary>
/// The challenger's side of one challenge, as a pure state machine. Each seed is drawn only when it is sent: a round
/// can't have been computed before, and a commitment can't know what will be opened.
/// </summary>
internal sealed class ChallengerSession(ChallengePlan plan, Func<byte[]> drawSeed, byte[] seed)
{
    private Body _expected = Body.Ready;
    private int _roundsDone;
    private TimeSpan _wall;
    private byte[] _roundSeed = [];
    private byte[] _root = [];
    private byte[] _openingSeed = [];

    /// <summary>The first message.</summary>
    public ChallengeMessage Begin() => ChallengeMessages.Of(new ChallengeRequest
    {
        Kernel = plan.Shape.Kernel,
        Device = ChallengeKernels.Cpu,
        Size = (ulong)plan.Shape.Size,
        Rounds = (uint)plan.Rounds,
        Lanes = (uint)plan.Shape.Lanes,
        Steps = (ulong)plan.Shape.Steps,
        Openings = (uint)plan.Shape.Openings,
        Seed = ByteString.CopyFrom(seed),
    });

    /// <summary>Takes a message that came so long after the last one was sent.</summary>
    public ChallengerStep Receive(ChallengeMessage message, TimeSpan elapsed)
    {
        if (message.BodyCase == Body.Decline)
        {
            return Declined(message.Decline);
        }

        if (message.BodyCase != _expected)
        {
            return new ChallengerStep.Failed($"sent {message.BodyCase} where {_expected} must come");
        }

        switch (message.BodyCase)
        {
            case Body.Ready:
                return NextRound();
            case Body.Commitment when message.Commitment.Root.Length != ChallengeKernels.HashLength:
                return new ChallengerStep.Failed("committed to something that is no hash");
            case Body.Commitment:
                _wall += elapsed;
                _root = message.Commitment.Root.ToByteArray();
                _openingSeed = drawSeed();
                _expected = Body.Answer;
                return new ChallengerStep.Send(ChallengeMessages.Opening(_openingSeed));
            default:
                _expected = Body.None;
                return new ChallengerStep.Check(_roundSeed, _root, _openingSeed, message.Answer);
        }
    }

    /// <summary>A round was checked; the fault is null if there is none.</summary>
    public ChallengerStep Checked(string? fault)
    {
        _roundsDone++;
        return fault is not null ? new ChallengerStep.Failed($"answered wrongly: {fault}")
            : _roundsDone == plan.Rounds ? new ChallengerStep.Measured(_wall)
            : NextRound();
    }

    private ChallengerStep.Send NextRound()
    {
        _roundSeed = drawSeed();
        _expected = Body.Commitment;
        return new ChallengerStep.Send(ChallengeMessages.Round(_roundSeed));
    }

    // A prover that saw what is opened, and only then has no time any more, hides something; before, it is free to go.
    private ChallengerStep Declined(ChallengeDecline decline)
    {
        string reason = decline.Message.Length is > 0 and <= ChallengeProtocol.MaxReasonLength
            ? $"{decline.Reason}: {decline.Message}"
            : $"{decline.Reason}";
        return _expected == Body.Answer
            ? new ChallengerStep.Failed($"did not open what it had committed to ({reason})")
            : new ChallengerStep.Declined(reason, (long)Math.Min(decline.LargestSize, long.MaxValue));
    }
}
