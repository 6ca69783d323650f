using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.GossipSub.Wire;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;
using Microsoft.Extensions.Logging;

namespace Infernet.Libp2p.GossipSub.Streams;

/// <summary>
/// Gives the router streams and a clock: keeps a session with each peer that speaks pubsub, reads what peers send, and
/// beats the heart.
/// </summary>
internal sealed class GossipDriver : IAsyncDisposable
{
    private readonly Libp2pHost _host;
    private readonly GossipSubOptions _options;
    private readonly TimeProvider _time;
    private readonly PeerDialer _dialer;
    private readonly RunningTasks _tasks = new();
    private readonly CancellationTokenSource _stopping = new();

    // Guards the beginning and the end of sessions. Nothing is asked of the router under it.
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<PeerId, PeerSession> _sessions = new();
    private bool _isClosing;

    public GossipDriver(Libp2pHost host, GossipSubOptions options, TimeProvider time, ILogger log)
    {
        (_host, _options, _time) = (host, options, time);
        _dialer = new PeerDialer(host, options.Limits, log);
        var router = new GossipRouter(
            host.Id, options, time, new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
            host.Peers.SignedRecordOf);
        Router = new GuardedRouter(router, options.Limits, Send, _dialer.Enqueue, log);
        foreach (Multiaddr address in options.DirectPeers)
        {
            host.Peers.AddAddresses(address.PeerId!, [address]);
        }

        host.Protect(peer => Router.MeshPeers.Contains(peer));
        host.PeerIdentified += Meet;
        host.PeerDisconnected += Part;
        foreach ((string id, _) in PubSubProtocols.All)
        {
            host.Handle(id, ServeAsync);
        }

        _tasks.TryRun(BeatAsync);
    }

    public GuardedRouter Router { get; }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isClosing)
            {
                return;
            }

            _isClosing = true;
        }

        _host.PeerIdentified -= Meet;
        _host.PeerDisconnected -= Part;
        await Router.CloseAsync().ConfigureAwait(false);
        foreach (PeerSession session in _sessions.Values)
        {
            session.BeginFinish();
        }

        Task finished = Task.WhenAll(_sessions.Values.Select(s => s.Ended));
        await Task.WhenAny(finished, Task.Delay(_options.CloseTimeout, _time)).ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _dialer.DisposeAsync().ConfigureAwait(false);
        await _tasks.CloseAsync().ConfigureAwait(false);
    }

    private void Meet(PeerId peer) => SessionWith(peer, spokenTo: null);

    private void Part(PeerId peer) => _sessions.GetValueOrDefault(peer)?.BeginEnd();

    // The session with a peer, started if need be; null if the peer speaks no pubsub, or the service is closing.
    private PeerSession? SessionWith(PeerId peer, string? spokenTo)
    {
        lock (_gate)
        {
            PeerSession? former = _sessions.GetValueOrDefault(peer);
            if (former is { IsEnding: false } || _isClosing)
            {
                return former;
            }

            if (PubSubProtocols.Best(id => id == spokenTo || _host.Peers.Speaks(peer, id)) is not { } protocol)
            {
                return null;
            }

            var session = new PeerSession(_host, peer, protocol, _options.Limits, _time, _stopping.Token);
            _sessions[peer] = session;
            _tasks.TryRun(() => RunAsync(session, former));
            return session;
        }
    }

    private async Task RunAsync(PeerSession session, PeerSession? former)
    {
        // A peer that comes back quickly: its first session must have left the router before the second enters.
        await (former?.Ended ?? Task.CompletedTask).ConfigureAwait(false);
        await session.RunAsync(Greet).ConfigureAwait(false);
        if (session.IsKnown)
        {
            Router.RemovePeer(session.Peer);
        }

        _sessions.TryRemove(KeyValuePair.Create(session.Peer, session));
        await session.EndAsync().ConfigureAwait(false);
    }

    // A stream is open: the first one makes the peer known, others replace it.
    private void Greet(PeerSession session)
    {
        if (session.IsKnown)
        {
            Router.Greet(session.Peer);
            return;
        }

        IReadOnlyList<Connection> connections = _host.ConnectionsTo(session.Peer);
        IEnumerable<IPAddress> addresses = connections.Select(c => c.RemoteAddress.IPAddress).OfType<IPAddress>();
        session.IsKnown = Router.TryAddPeer(
            session.Peer, session.Protocol, connections.Any(c => c.IsDialer), addresses.Distinct());
    }

    private async Task ServeAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        if (SessionWith(stream.RemotePeer, stream.Protocol) is not { } session)
        {
            return;
        }

        session.SetInbound(stream);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);

        // What a peer says before it is known would be lost, and it says what it is subscribed to only once.
        await session.Ready.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            while (await LengthPrefixed.ReadAsync(stream.Input, Parse, _options.Limits.MaxRpcSize, either.Token)
                .ConfigureAwait(false) is { } rpc)
            {
                Router.Receive(session.Peer, rpc);
            }
        }
        catch (MessageException)
        {
            Router.ReceiveBroken(session.Peer);
            throw;
        }
    }

    private Rpc Parse(ReadOnlySequence<byte> frame)
    {
        if (frame.IsSingleSegment)
        {
            return RpcReader.Read(frame.FirstSpan, _options.Limits);
        }

        byte[] whole = ArrayPool<byte>.Shared.Rent((int)frame.Length);
        try
        {
            frame.CopyTo(whole);
            return RpcReader.Read(whole.AsSpan(0, (int)frame.Length), _options.Limits);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(_options.HeartbeatInterval, _time);
        try
        {
            do
            {
                // Also finds those who learned the protocol after they were identified.
                foreach (PeerId peer in _host.ConnectedPeers)
                {
                    Meet(peer);
                }

                Router.Heartbeat();
            }
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    private void Send(PeerId to, OutboundRpc rpc)
    {
        // A peer that takes not even control messages in has a wrong picture of the mesh: it has to begin anew.
        if (_sessions.TryGetValue(to, out PeerSession? session) && !session.Outbox.TryAdd(rpc))
        {
            session.BeginEnd();
        }
    }
}
