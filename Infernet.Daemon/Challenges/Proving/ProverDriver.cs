using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Wire;
using Infernet.Execution.Challenges;
using Infernet.Libp2p.Hosting;
using Reason = Infernet.Core.Schemas.ChallengeDecline.Types.Reason;

namespace Infernet.Daemon.Challenges.Proving;

/// <summary>
/// Drives one <see cref="ProverSession"/>: reads the challenger's messages and computes what they ask for. As soon as
/// there is paid work, it stops computing, says so, and lets the memory go.
/// </summary>
internal sealed class ProverDriver(
    PeerStream stream, ProverSession session, ProverLimits limits, Func<bool> isBusy, TimeProvider time) : IDisposable
{
    private IChallengeWork? _work;

    /// <summary>Serves the challenge to its end.</summary>
    /// <exception cref="IOException">The challenger is gone, fell silent, or broke the protocol.</exception>
    public async Task<ProverStep.End> RunAsync(CancellationToken cancellationToken)
    {
        while (await ChallengeProtocol.ReadAsync(stream, limits.Patience, time, cancellationToken)
            .ConfigureAwait(false) is { } message)
        {
            switch (session.Receive(message, time.GetUtcNow()))
            {
                case ProverStep.Close close:
                    await ChallengeProtocol.SendAsync(stream, close.Message, cancellationToken).ConfigureAwait(false);
                    return new ProverStep.End(null, $"declined: {close.Message.Decline.Message}");
                case ProverStep.End end:
                    return end;
                case ProverStep.Violation violation:
                    throw new IOException(violation.Reason);
                case var step when await TryComputeAsync(step, cancellationToken).ConfigureAwait(false) is { } reply:
                    await ChallengeProtocol.SendAsync(stream, reply, cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    await ChallengeProtocol.SendAsync(
                        stream, ChallengeMessages.Of(ChallengeMessages.Decline(Reason.Busy, "paid work came in")),
                        cancellationToken).ConfigureAwait(false);
                    return new ProverStep.End(null, "paid work came in");
            }
        }

        return new ProverStep.End(null, "the challenger closed the stream");
    }

    public void Dispose() => _work?.Dispose();

    // Null when paid work comes before.
    private async Task<ChallengeMessage?> TryComputeAsync(ProverStep step, CancellationToken cancellationToken)
    {
        if (isBusy())
        {
            return null;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<ChallengeMessage> computing = Task.Run(() => Compute(step, stop.Token), CancellationToken.None);
        using var lookOut = new PeriodicTimer(limits.LookOut, time);
        Task<bool> looking = lookOut.WaitForNextTickAsync(CancellationToken.None).AsTask();
        while (await Task.WhenAny(computing, looking).ConfigureAwait(false) == looking)
        {
            if (isBusy())
            {
                await stop.CancelAsync().ConfigureAwait(false);
                break;
            }

            looking = lookOut.WaitForNextTickAsync(CancellationToken.None).AsTask();
        }

        try
        {
            return await computing.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (OutOfMemoryException full)
        {
            throw new IOException("there is too little memory for the challenge", full);
        }
    }

    private ChallengeMessage Compute(ProverStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case ProverStep.Prepare prepare:
                _work = ChallengeKernels.CreateWork(prepare.Shape, prepare.Seed);
                _work.Prepare(cancellationToken);
                return ChallengeMessages.Ready();
            case ProverStep.Commit commit:
                return ChallengeMessages.Commitment(_work!.Commit(commit.Seed, cancellationToken));
            case ProverStep.Open open:
                return ChallengeMessages.Of(_work!.Open(open.Seed));
            default:
                throw new InvalidOperationException($"{step} computes nothing.");
        }
    }
}
