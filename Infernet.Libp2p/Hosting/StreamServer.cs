using Infernet.Core.Identity;
using Infernet.Libp2p.Messages;
using Infernet.Libp2p.Multistream;
using Infernet.Libp2p.Yamux;
using Microsoft.Extensions.Logging;

namespace Infernet.Libp2p.Hosting;

/// <summary>Finds out what an inbound stream is for, and runs its handler to the end.</summary>
internal sealed partial class StreamServer(ProtocolTable protocols, HostOptions options, ILogger logger)
{
    /// <summary>Serves one stream. Every error ends here: in a reset, and in the log.</summary>
    public async Task ServeAsync(Connection connection, YamuxStream stream)
    {
        string? protocol = null;
        try
        {
            protocol = await NegotiateAsync(stream, connection.Session.Closed).ConfigureAwait(false);
            StreamHandler handler = protocols.Find(protocol)
                ?? throw new MultistreamException($"{protocol} is no longer served.");
            Task serving = handler(
                new PeerStream(stream, stream.Input, connection.Remote, connection.RemoteAddress, protocol),
                connection.Session.Closed);
            if (!serving.IsCompleted)
            {
                // The answer to the negotiation waited for the handler's first words; those take a while.
                stream.SendHead();
            }

            await serving.ConfigureAwait(false);
        }
        catch (Exception reason)
        {
            stream.Reset("The handler of the stream failed.");
            Report(connection.Remote, protocol, reason);
        }
        finally
        {
            stream.Linger();
        }
    }

    private async ValueTask<string> NegotiateAsync(YamuxStream stream, CancellationToken closed)
    {
        var negotiation = new MultistreamResponder(protocols.Speaks);
        using var timer = new CancellationTokenSource(options.NegotiationTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, closed);
        bool mayAnswerLater = await StreamNegotiation.RespondAsync(
            stream.Input,
            negotiation,
            (answer, isAwaited) =>
            {
                stream.AppendHead(answer);
                if (isAwaited)
                {
                    stream.SendHead();
                }
            },
            either.Token).ConfigureAwait(false);

        // A peer that has sent its request along does not wait for the answer: it may travel with the response.
        if (!mayAnswerLater)
        {
            stream.SendHead();
        }

        return negotiation.Protocol!;
    }

    private void Report(PeerId remote, string? protocol, Exception reason)
    {
        switch (reason)
        {
            case StreamResetException or OperationCanceledException or MultistreamException or MessageException:
                LogStreamEnded(logger, remote, protocol ?? "(none yet)", reason.Message);
                break;
            default:
                LogHandlerFailed(logger, remote, protocol ?? "(none yet)", reason);
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Stream of {Peer} for {Protocol} ended: {Reason}")]
    private static partial void LogStreamEnded(ILogger logger, PeerId peer, string protocol, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Handler for {Protocol} failed on a stream of {Peer}")]
    private static partial void LogHandlerFailed(ILogger logger, PeerId peer, string protocol, Exception reason);
}
