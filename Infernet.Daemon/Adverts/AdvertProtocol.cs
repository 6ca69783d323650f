using Google.Protobuf;
using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;

namespace Infernet.Daemon.Adverts;

/// <summary>
/// <c>/infernet/node/1</c>: the caller opens a stream and closes its side; the node answers with its signed advert.
/// </summary>
internal static class AdvertProtocol
{
    public const string Id = "/infernet/node/1";

    private const int MaxMessageLength = AdvertLimits.MaxEnvelopeLength + 16;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Answers with the advert as it is at this moment.</summary>
    public static void Serve(Libp2pHost host, Func<ReadOnlyMemory<byte>> current) =>
        host.Handle(Id, async (stream, cancellationToken) =>
        {
            var answer = new NodeAdvert { Envelope = ByteString.CopyFrom(current().Span) };
            await LengthPrefixed.WriteAsync(stream.Output, answer, cancellationToken).ConfigureAwait(false);
            await stream.CloseWriteAsync(cancellationToken).ConfigureAwait(false);
        });

    /// <summary>Asks a peer for its advert.</summary>
    /// <exception cref="IOException">It can't be reached, or what it answers is no advert of its own.</exception>
    /// <exception cref="TimeoutException">It answers nothing.</exception>
    public static async Task<VerifiedAdvert> FetchAsync(
        Libp2pHost host, PeerId peer, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using PeerStream stream = await host.OpenStreamAsync(peer, Id, linked.Token).ConfigureAwait(false);
            await stream.CloseWriteAsync(linked.Token).ConfigureAwait(false);
            NodeAdvert? answer = await LengthPrefixed
                .ReadAsync(stream.Input, NodeAdvert.Parser, MaxMessageLength, linked.Token).ConfigureAwait(false);
            return Check(peer, answer, time);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{peer} did not answer {Id} within {Timeout.TotalSeconds} s");
        }
    }

    private static VerifiedAdvert Check(PeerId peer, NodeAdvert? answer, TimeProvider time)
    {
        if (answer is null)
        {
            throw new MessageException($"{peer} closed the stream without an advert");
        }

        if (!AdvertEnvelope.TryOpen(answer.Envelope.Memory, time.GetUtcNow(), out VerifiedAdvert advert, out string problem))
        {
            throw new MessageException($"The advert of {peer} {problem}");
        }

        return advert.Peer == peer
            ? advert
            : throw new MessageException($"{peer} answered with the advert of {advert.Peer}");
    }
}
