using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Challenges.Wire;
using Infernet.Execution.Challenges;
using Infernet.Libp2p.Hosting;

namespace Infernet.Daemon.Challenges.Challenging;

/// <summary>Drives one <see cref="ChallengerSession"/> over a stream: sends, times, checks, judges and signs.</summary>
internal sealed class ChallengerDriver(
    NodeIdentity identity, PeerStream stream, ChallengePlan plan, TimeSpan roundTrip, ChallengerOptions options,
    Func<byte[]> drawSeed, TimeProvider time)
{
    /// <summary>Runs the challenge to its end.</summary>
    /// <exception cref="IOException">The prover is gone, or fell silent.</exception>
    public async Task<ChallengeOutcome> RunAsync(CancellationToken cancellationToken)
    {
        byte[] seed = drawSeed();
        var session = new ChallengerSession(plan, drawSeed, seed);
        IChallengeCheck check = ChallengeKernels.CreateCheck(plan.Shape, seed);
        ChallengerStep step = new ChallengerStep.Send(session.Begin());
        while (true)
        {
            switch (step)
            {
                case ChallengerStep.Send send:
                    (ChallengeMessage answer, TimeSpan elapsed) =
                        await ExchangeAsync(send.Message, cancellationToken).ConfigureAwait(false);
                    step = session.Receive(answer, elapsed);
                    break;
                case ChallengerStep.Check round:
                    string? fault = await Task.Run(
                        () => check.FindFault(round.RoundSeed, round.Root, round.OpeningSeed, round.Answer),
                        cancellationToken).ConfigureAwait(false);
                    step = session.Checked(fault);
                    break;
                case ChallengerStep.Measured measured:
                    return await ConcludeAsync(measured.Wall, check.WorkPerRound, cancellationToken)
                        .ConfigureAwait(false);
                case ChallengerStep.Declined declined:
                    return new ChallengeOutcome(
                        ChallengeVerdict.Declined, declined.Reason, null, declined.LargestSize);
                default:
                    return await FailAsync(((ChallengerStep.Failed)step).Reason, cancellationToken)
                        .ConfigureAwait(false);
            }
        }
    }

    private async Task<(ChallengeMessage Answer, TimeSpan Elapsed)> ExchangeAsync(
        ChallengeMessage message, CancellationToken cancellationToken)
    {
        long sent = time.GetTimestamp();
        await ChallengeProtocol.SendAsync(stream, message, cancellationToken).ConfigureAwait(false);
        ChallengeMessage? answer = await ChallengeProtocol
            .ReadAsync(stream, options.Patience, time, cancellationToken).ConfigureAwait(false);
        return (answer ?? throw new IOException("the prover closed the stream"), time.GetElapsedTime(sent));
    }

    private async Task<ChallengeOutcome> ConcludeAsync(
        TimeSpan wall, double workPerRound, CancellationToken cancellationToken)
    {
        TimeSpan network = ChallengeRate.NetworkPart(wall, roundTrip, plan.Rounds, options.MaxRoundTripShare);
        double rate = ChallengeRate.Of(workPerRound * plan.Rounds, wall, network);
        var measurement = new Measurement
        {
            Challenger = identity.Id,
            Provider = stream.RemotePeer,
            Kernel = plan.Shape.Kernel,
            Device = ChallengeKernels.Cpu,
            Size = plan.Shape.Size,
            Lanes = plan.Shape.Lanes,
            Rate = rate,
            Wall = wall,
            RoundTrip = network,
            MeasuredAt = time.GetUtcNow(),
            Envelope = default,
        };
        byte[] envelope = ResultEnvelope.Seal(identity, ResultEnvelope.ResultOf(measurement, plan.Rounds));
        await ChallengeProtocol.SendAsync(stream, ChallengeMessages.Result(envelope), cancellationToken)
            .ConfigureAwait(false);
        await AwaitEndAsync(cancellationToken).ConfigureAwait(false);
        return new ChallengeOutcome(
            rate >= plan.Required ? ChallengeVerdict.Passed : ChallengeVerdict.Slow,
            rate >= plan.Required ? "" : $"reached {rate:0.###e0} a second, must reach {plan.Required:0.###e0}",
            measurement with { Envelope = envelope });
    }

    // The prover closes its side when it has kept the result; what is signed is true all the same if it does not.
    private async Task AwaitEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
            await ChallengeProtocol.ReadAsync(stream, options.ConnectTimeout, time, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It reset the stream or fell silent.
        }
    }

    private async Task<ChallengeOutcome> FailAsync(string reason, CancellationToken cancellationToken)
    {
        await ChallengeProtocol.SendAsync(stream, ChallengeMessages.NoResult(reason), cancellationToken)
            .ConfigureAwait(false);
        return new ChallengeOutcome(ChallengeVerdict.Failed, reason, null);
    }
}
