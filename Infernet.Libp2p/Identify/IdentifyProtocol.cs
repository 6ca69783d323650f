using System.IO.Pipelines;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;
using IdentifyMessage = Infernet.Core.Schemas.Identify;

namespace Infernet.Libp2p.Identify;

/// <summary>
/// Tells peers who we are and learns who they are: <c>/ipfs/id/1.0.0</c> on request, <c>/ipfs/id/push/1.0.0</c> when
/// something changes. Source: https://github.com/libp2p/specs/blob/master/identify/README.md.
/// </summary>
internal sealed class IdentifyProtocol(
    Libp2pHost host, Swarm swarm, ProtocolTable protocols, HostOptions options)
{
    public const string Id = "/ipfs/id/1.0.0";
    public const string PushId = "/ipfs/id/push/1.0.0";

    /// <summary>The largest message that is read, in bytes.</summary>
    private const int MaxMessageSize = 64 * 1024;

    /// <summary>Some implementations cut a long answer into several messages; this many are joined.</summary>
    private const int MaxMessages = 10;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly IdentifyAnswer _answer = new(host, protocols, options);

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
            PeerStream stream = await StreamOpener.OpenAsync(connection, Id, isKnown: true, either.Token)
                .ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                IdentifyMessage message = await ReadAsync(stream, either.Token).ConfigureAwait(false);
                PeerFacts.Apply(message, connection.Remote, host.Peers);
            }

            host.OnIdentified(connection);
            await PushIfStaleAsync(connection, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception reason) when (reason is IOException or OperationCanceledException)
        {
            // Then the peer's protocols stay unknown, and streams to it are negotiated with a round trip.
        }
        finally
        {
            connection.EndIdentify();
        }
    }

    /// <summary>Tells connected peers of the change. Changes that come close together are told at once.</summary>
    public void OnProtocolsChanged()
    {
        _answer.Invalidate();
        if (swarm.Connections.Peers.Count > 0)
        {
            swarm.TryRun(PushToAllAsync);
        }
    }

    private async Task ServeAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        Connection? connection = swarm.Connections.Find(stream.RemotePeer);
        int version = _answer.Write(stream.Output, connection?.RemoteAddress);
        await stream.Output.FlushAsync(cancellationToken).ConfigureAwait(false);
        if (connection is not null)
        {
            connection.ToldVersion = version;
            swarm.TryRun(stopping => PushIfStaleAsync(connection, stopping));
        }
    }

    private async Task ReceivePushAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Timeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        IdentifyMessage message = await ReadAsync(stream, either.Token).ConfigureAwait(false);

        // The answer to our own question may still be on its way, and it is older than the push.
        Task identified = swarm.Connections.Find(stream.RemotePeer)?.Identified ?? Task.CompletedTask;
        await identified.WaitAsync(either.Token).ConfigureAwait(false);
        PeerFacts.Apply(message, stream.RemotePeer, host.Peers);
    }

    private async Task PushToAllAsync(CancellationToken cancellationToken)
    {
        foreach (Connection connection in swarm.Connections.Snapshot())
        {
            await PushIfStaleAsync(connection, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PushIfStaleAsync(Connection connection, CancellationToken cancellationToken)
    {
        // One push at a time: two streams could overtake each other, and the older word would be the last.
        while (IsStale(connection) && connection.TryBeginPush())
        {
            try
            {
                await PushAsync(connection, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception reason) when (reason is IOException or OperationCanceledException)
            {
                // A peer that can't be told now is told when it connects again.
            }
            finally
            {
                connection.EndPush();
            }
        }
    }

    // A peer that was told nothing yet will be told the newest when it asks; one that did not say that it takes
    // pushes is looked at again when it does.
    private bool IsStale(Connection connection) => connection.ToldVersion is var told
        && told != 0
        && told != _answer.Version
        && !connection.IsRetired
        && host.Peers.Speaks(connection.Remote, PushId);

    private async Task PushAsync(Connection connection, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Timeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        connection.ToldVersion = _answer.Version;
        PeerStream stream = await StreamOpener.OpenAsync(connection, PushId, isKnown: true, either.Token)
            .ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            connection.ToldVersion = _answer.Write(stream.Output, connection.RemoteAddress);
            await stream.Output.FlushAsync(either.Token).ConfigureAwait(false);
            await stream.CloseWriteAsync(either.Token).ConfigureAwait(false);

            // The peer closes its side when it has taken the message in.
            ReadResult end = await stream.Input.ReadAsync(either.Token).ConfigureAwait(false);
            stream.Input.AdvanceTo(end.Buffer.End);
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
