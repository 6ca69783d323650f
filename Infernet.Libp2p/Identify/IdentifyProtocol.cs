using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;
using IdentifyMessage = Infernet.Core.Schemas.Identify;

namespace Infernet.Libp2p.Identify;

/// <summary>
/// Tells peers who we are and learns who they are: <c>/ipfs/id/1.0.0</c> on request, <c>/ipfs/id/push/1.0.0</c> when
/// something changes. Source: https://github.com/libp2p/specs/blob/master/identify/README.md.
/// </summary>
internal sealed class IdentifyProtocol(
    Libp2pHost host, Swarm swarm, StreamOpener opener, ProtocolTable protocols, HostOptions options)
{
    public const string Id = "/ipfs/id/1.0.0";
    public const string PushId = "/ipfs/id/push/1.0.0";

    /// <summary>The largest message that is read, in bytes.</summary>
    private const int MaxMessageSize = 64 * 1024;

    /// <summary>Some implementations cut a long answer into several messages; this many are joined.</summary>
    private const int MaxMessages = 10;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly IdentifyAnswer _answer = new(host, protocols, options);
    private int _isPushing;

    public void Register()
    {
        protocols.Set(Id, ServeAsync);
        protocols.Set(PushId, ReceivePushAsync);
    }

    /// <summary>Asks the peer of a new connection who it is. Never throws: a peer may refuse to tell.</summary>
    public async Task IdentifyAsync(Connection connection, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Timeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            timer.Token, cancellationToken, connection.Session.Closed);
        try
        {
            PeerStream stream = await opener.OpenAsync(connection, Id, isKnown: true, either.Token)
                .ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                IdentifyMessage message = await ReadAsync(stream, either.Token).ConfigureAwait(false);
                PeerFacts.Apply(message, connection.Remote, host.Peers);
            }

            host.OnIdentified(connection);
        }
        catch (Exception reason) when (reason is IOException or OperationCanceledException)
        {
            // Then the peer's protocols stay unknown, and streams to it are negotiated with a round trip.
        }
    }

    /// <summary>Tells connected peers of the change. Changes that come close together are told at once.</summary>
    public void OnProtocolsChanged()
    {
        _answer.Invalidate();
        if (swarm.Connections.Peers.Count > 0 && Interlocked.Exchange(ref _isPushing, 1) == 0)
        {
            swarm.TryRun(PushAsync);
        }
    }

    private async Task ServeAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        Connection? connection = swarm.Connections.Find(stream.RemotePeer);
        _answer.Write(stream.Output, connection?.RemoteAddress);
        await stream.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task ReceivePushAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Timeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        IdentifyMessage message = await ReadAsync(stream, either.Token).ConfigureAwait(false);
        PeerFacts.Apply(message, stream.RemotePeer, host.Peers);
    }

    private async Task PushAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _isPushing, 0);
        foreach (Connection connection in swarm.Connections.Snapshot())
        {
            if (!connection.IsRetired && host.Peers.Speaks(connection.Remote, PushId))
            {
                await PushAsync(connection, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task PushAsync(Connection connection, CancellationToken cancellationToken)
    {
        try
        {
            PeerStream stream = await opener.OpenAsync(connection, PushId, isKnown: true, cancellationToken)
                .ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                _answer.Write(stream.Output, connection.RemoteAddress);
                await stream.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception reason) when (reason is IOException or OperationCanceledException)
        {
            // A peer that can't be told now is told when it connects again.
        }
    }

    private static async ValueTask<IdentifyMessage> ReadAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        IdentifyMessage message = await LengthPrefixed.ReadAsync(
            stream.Input, IdentifyMessage.Parser, MaxMessageSize, cancellationToken).ConfigureAwait(false)
            ?? throw new MessageException("The peer closed the stream instead of identifying itself.");
        for (int i = 1; i < MaxMessages; i++)
        {
            IdentifyMessage? more = await LengthPrefixed.ReadAsync(
                stream.Input, IdentifyMessage.Parser, MaxMessageSize, cancellationToken).ConfigureAwait(false);
            if (more is null)
            {
                return message;
            }

            message.MergeFrom(more);
        }

        throw new MessageException($"The peer identifies itself in more than {MaxMessages} messages.");
    }
}
