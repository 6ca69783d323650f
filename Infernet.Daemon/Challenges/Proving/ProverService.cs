using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Journal;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Challenges.Proving;

/// <summary>Serves <c>/infernet/challenge/1</c>, and keeps what challengers sign.</summary>
/// <param name="self">This node.</param>
/// <param name="own">Where results go.</param>
/// <param name="gate">Which challenges are taken on.</param>
/// <param name="limits">How much this node works for challengers.</param>
/// <param name="isBusy">Whether there is paid work.</param>
/// <param name="kept">Told when there is a new result.</param>
/// <param name="time">The clock.</param>
/// <param name="log">Where broken protocols go.</param>
internal sealed partial class ProverService(
    PeerId self, OwnMeasurements own, ProverGate gate, ProverLimits limits, Func<bool> isBusy, Action kept,
    TimeProvider time, ILogger log)
{
    /// <summary>Serves a stream that a challenger opened.</summary>
    public async Task ServeAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        PeerId challenger = stream.RemotePeer;
        bool entered = false;
        var session = new ProverSession(self, challenger, (shape, rounds) =>
        {
            ChallengeDecline? decline = gate.TryEnter(challenger, shape, rounds, time.GetUtcNow());
            entered = decline is null;
            return decline;
        });
        try
        {
            ProverStep.End end;
            using (var driver = new ProverDriver(stream, session, limits, isBusy, time))
            {
                end = await driver.RunAsync(cancellationToken).ConfigureAwait(false);
            }

            LogEnded(challenger, end.Measurement is null ? end.Reason : "measured");
            if (end.Measurement is { } measurement)
            {
                await own.KeepAsync(measurement, cancellationToken).ConfigureAwait(false);
                kept();
            }
        }
        catch (Exception broken) when (broken is IOException or JournalException)
        {
            LogBroken(challenger, broken.Message);
            stream.Reset();
        }
        finally
        {
            if (entered)
            {
                gate.Leave();
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The challenge of {Peer} ended: {Reason}")]
    private partial void LogEnded(PeerId peer, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The challenge of {Peer} broke off: {Reason}")]
    private partial void LogBroken(PeerId peer, string reason);
}
