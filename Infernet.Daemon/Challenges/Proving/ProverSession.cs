using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Challenges.Wire;
using Infernet.Execution.Challenges;
using Body = Infernet.Core.Schemas.ChallengeMessage.BodyOneofCase;
using Reason = Infernet.Core.Schemas.ChallengeDecline.Types.Reason;

namespace Infernet.Daemon.Challenges.Proving;

/// <summary>
/// The prover's side of one challenge, as a pure state machine: a request, then rounds and openings in turn, then the
/// conclusion. It computes nothing and keeps no time.
/// </summary>
/// <param name="self">This node.</param>
/// <param name="challenger">The other side.</param>
/// <param name="admit">Why this node does not take a well-formed challenge on at this moment; null if it does.</param>
internal sealed class ProverSession(
    PeerId self, PeerId challenger, Func<ChallengeShape, int, ChallengeDecline?> admit)
{
    private Body _expected = Body.Request;
    private uint _roundsLeft;

    /// <summary>Takes a message and says what to do about it.</summary>
    public ProverStep Receive(ChallengeMessage message, DateTimeOffset now)
    {
        if (message.BodyCase != _expected)
        {
            // A challenger may end at any point, and say why.
            return _expected != Body.Request && message is { Conclusion: { ResultEnvelope.IsEmpty: true } early }
                ? new ProverStep.End(null, Shorten(early.Reason))
                : new ProverStep.Violation($"{message.BodyCase} came where {_expected} must");
        }

        return _expected switch
        {
            Body.Request => Answer(message.Request),
            Body.Round => Seeded(message.Round.Seed.ToByteArray(), Body.Opening, seed => new ProverStep.Commit(seed)),
            Body.Opening => Open(message.Opening.Seed.ToByteArray()),
            _ => Conclude(message.Conclusion, now),
        };
    }

    private ProverStep Answer(ChallengeRequest request)
    {
        ChallengeShape shape = ChallengeMessages.ShapeOf(request);
        ChallengeDecline? decline = FindProblem(request, shape) ?? admit(shape, (int)request.Rounds);
        if (decline is not null)
        {
            return new ProverStep.Close(ChallengeMessages.Of(decline));
        }

        (_expected, _roundsLeft) = (Body.Round, request.Rounds);
        return new ProverStep.Prepare(shape, request.Seed.ToByteArray());
    }

    private static ChallengeDecline? FindProblem(ChallengeRequest request, ChallengeShape shape)
    {
        if (request.Kernel is not (ChallengeKernels.MatrixProduct or ChallengeKernels.MemoryWalk)
            || request.Device != ChallengeKernels.Cpu)
        {
            return ChallengeMessages.Decline(
                Reason.NotSupported,
                $"this node computes {ChallengeKernels.MatrixProduct} and {ChallengeKernels.MemoryWalk} on "
                + $"{ChallengeKernels.Cpu}");
        }

        string? problem = request.Rounds is 0 or > ChallengeProtocol.MaxRounds
            ? $"rounds must be 1 to {ChallengeProtocol.MaxRounds}"
            : request.Seed.Length != ChallengeKernels.SeedLength
                ? $"the seed must have {ChallengeKernels.SeedLength} bytes"
                : ChallengeKernels.FindProblem(shape);
        return problem is null ? null : ChallengeMessages.Decline(Reason.RequestInvalid, problem);
    }

    private ProverStep Open(byte[] seed)
    {
        Body next = --_roundsLeft > 0 ? Body.Round : Body.Conclusion;
        return Seeded(seed, next, drawn => new ProverStep.Open(drawn));
    }

    private ProverStep Seeded(byte[] seed, Body next, Func<byte[], ProverStep> step)
    {
        if (seed.Length != ChallengeKernels.SeedLength)
        {
            return new ProverStep.Violation($"a seed has {seed.Length} bytes instead of {ChallengeKernels.SeedLength}");
        }

        _expected = next;
        return step(seed);
    }

    private ProverStep Conclude(ChallengeConclusion conclusion, DateTimeOffset now)
    {
        if (conclusion.ResultEnvelope.IsEmpty)
        {
            return new ProverStep.End(null, Shorten(conclusion.Reason));
        }

        if (!ResultEnvelope.TryOpen(
            conclusion.ResultEnvelope.Memory, self, now, out Measurement measurement, out string problem))
        {
            return new ProverStep.Violation($"the result {problem}");
        }

        return measurement.Challenger == challenger
            ? new ProverStep.End(measurement, "")
            : new ProverStep.Violation("the result is signed by another peer");
    }

    private static string Shorten(string reason) => reason.Length <= ChallengeProtocol.MaxReasonLength
        ? reason
        : reason[..ChallengeProtocol.MaxReasonLength];
}
