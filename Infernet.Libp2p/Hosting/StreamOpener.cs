using Infernet.Libp2p.Multistream;
using Infernet.Libp2p.Yamux;

namespace Infernet.Libp2p.Hosting;

/// <summary>Opens streams to peers and agrees with them on the protocol.</summary>
internal sealed class StreamOpener(PeerStore peers)
{
    /// <summary>
    /// Opens a stream on a connection. If the peer is known to speak the protocol, the proposal travels with the
    /// first data and costs no round trip; otherwise its answer is awaited here.
    /// </summary>
    /// <exception cref="ProtocolNotSupportedException">The peer does not speak the protocol.</exception>
    /// <exception cref="StreamResetException">The connection is over.</exception>
    public ValueTask<PeerStream> OpenAsync(
        Connection connection, string protocol, CancellationToken cancellationToken) =>
        OpenAsync(connection, protocol, peers.Speaks(connection.Remote, protocol), cancellationToken);

    /// <param name="connection">Where to open the stream.</param>
    /// <param name="protocol">What it is for.</param>
    /// <param name="isKnown">Whether to take the peer's agreement for granted until the first read.</param>
    /// <param name="cancellationToken">Ends the wait for the peer.</param>
    public static async ValueTask<PeerStream> OpenAsync(
        Connection connection, string protocol, bool isKnown, CancellationToken cancellationToken)
    {
        var negotiation = new MultistreamInitiator(protocol);
        YamuxStream stream = await connection.Session.OpenAsync(negotiation.Opening, cancellationToken)
            .ConfigureAwait(false);
        var input = new NegotiatedInput(stream, negotiation, connection.Remote, protocol);
        if (!isKnown)
        {
            await AwaitAgreementAsync(stream, input, cancellationToken).ConfigureAwait(false);
        }

        return new PeerStream(stream, input, connection.Remote, connection.RemoteAddress, protocol);
    }

    private static async ValueTask AwaitAgreementAsync(
        YamuxStream stream, NegotiatedInput input, CancellationToken cancellationToken)
    {
        try
        {
            await input.NegotiateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            stream.Reset("The stream was given up before its protocol was agreed on.");
            throw;
        }
    }
}
