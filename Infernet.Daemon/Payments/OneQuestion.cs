using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;

namespace Infernet.Daemon.Payments;

/// <summary>The asking end of a protocol of one message and one answer a stream.</summary>
internal static class OneQuestion
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>Asks a peer.</summary>
    /// <exception cref="IOException">The peer can't be reached, does not speak the protocol, or answers nonsense.</exception>
    /// <exception cref="TimeoutException">It answers nothing.</exception>
    public static async Task<TAnswer> AskAsync<TAnswer>(
        Libp2pHost host, PeerId peer, string protocol, IMessage message, MessageParser<TAnswer> parser, int maxAnswerSize,
        TimeProvider time, CancellationToken cancellationToken)
        where TAnswer : class, IMessage<TAnswer>
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using PeerStream stream = await host.OpenStreamAsync(peer, protocol, linked.Token).ConfigureAwait(false);
            await LengthPrefixed.WriteAsync(stream.Output, message, linked.Token).ConfigureAwait(false);
            await stream.CloseWriteAsync(linked.Token).ConfigureAwait(false);
            return await LengthPrefixed.ReadAsync(stream.Input, parser, maxAnswerSize, linked.Token).ConfigureAwait(false)
                ?? throw new MessageException($"{peer} closed the stream without an answer");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{peer} did not answer {protocol} within {Timeout.TotalSeconds} s");
        }
    }
}
