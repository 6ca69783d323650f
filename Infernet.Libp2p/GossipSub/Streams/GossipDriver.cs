using System.Buffers;
using System.Net;
using System.Security.Cryptography;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.GossipSub.Signing;
using Infernet.Libp2p.GossipSub.Validation;
using Infernet.Libp2p.GossipSub.Wire;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Messages;
using Microsoft.Extensions.Logging;

namespace Infernet.Libp2p.GossipSub.Streams;

/// <summary>
/// Brings the router together with streams, clock and validators: turns what happens into the router's events, and
/// does what the router answers. One lock guards the router; what is done under it never waits.
/// </summary>
internal sealed class GossipDriver : IAsyncDisposable
{
    /// <summary>How long closing waits for what is still to be sent.</summary>
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(1);

    private readonly Libp2pHost _host;
    private readonly GossipSubOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly PeerDialer _dialer;
    private readonly RunningTasks _tasks = new();
    private readonly CancellationTokenSource _stopping = new();

    private readonly Lock _gate = new();
    private readonly GossipRouter _router;
    private readonly Dictionary<PeerId, PeerSession> _sessions = [];
    private readonly Dictionary<string, TopicValidator> _validators = new(StringComparer.Ordinal);
    private volatile IReadOnlySet<PeerId> _meshPeers = new HashSet<PeerId>();
    private long _grafts;
    private long _delivered;
    private long _rejected;
    private bool _isClosing;

    public GossipDriver(Libp2pHost host, GossipSubOptions options, TimeProvider time, ILogger log)
    {
        (_host, _options, _time, _log) = (host, options, time, log);
        _dialer = new PeerDialer(host, options.Limits, log);
        _router = new GossipRouter(
            host.Id, options, time, new Random(RandomNumberGenerator.GetInt32(int.MaxValue)), host.Peers.SignedRecordOf);
        foreach (Multiaddr address in options.DirectPeers)
        {
            host.Peers.AddAddresses(address.PeerId!, [address]);
        }

        // A snapshot, since the host asks under a lock of its own.
        host.Protect(peer => _meshPeers.Contains(peer));
        host.PeerIdentified += Meet;
        host.PeerDisconnected += Part;
        foreach ((string id, _) in PubSubProtocols.All)
        {
            host.Handle(id, ServeAsync);
        }

        _tasks.TryRun(BeatAsync);
    }

    public T Ask<T>(Func<GossipRouter, T> question)
    {
        lock (_gate)
        {
            return question(_router);
        }
    }

    public GossipSubStatistics Statistics()
    {
        RouterSize size = Ask(router => router.Size());
        return new GossipSubStatistics(
            size.Peers, Interlocked.Read(ref _delivered), Interlocked.Read(ref _rejected), size.Throttled,
            size.CachedBytes);
    }

    public void Join(string topic, Func<GossipMessage, CancellationToken, ValueTask<MessageVerdict>> validate)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosing, this);
            IReadOnlyList<RouterAction> actions = _router.Join(topic);
            _validators.Add(topic, new TopicValidator(topic, validate, _options.Limits, Decide, _log));
            Execute(actions);
        }
    }

    public async Task LeaveAsync(string topic)
    {
        TopicValidator? validator;
        lock (_gate)
        {
            _validators.Remove(topic, out validator);
            Execute(_router.Leave(topic));
        }

        if (validator is not null)
        {
            await validator.DisposeAsync().ConfigureAwait(false);
        }
    }

    public void Publish(string topic, MessageId id, OutboundRpc rpc)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosing, this);
            Execute(_router.Publish(topic, id, rpc));
        }
    }

    public async ValueTask DisposeAsync()
    {
        string[] topics;
        Task[] sessions;
        lock (_gate)
        {
            if (_isClosing)
            {
                return;
            }

            _isClosing = true;
            topics = [.. _validators.Keys];
        }

        _host.PeerIdentified -= Meet;
        _host.PeerDisconnected -= Part;
        await Task.WhenAll(topics.Select(LeaveAsync)).ConfigureAwait(false);
        lock (_gate)
        {
            sessions = [.. _sessions.Values.Select(s => s.Ended)];
            foreach (PeerSession session in _sessions.Values)
            {
                session.BeginFinish();
            }
        }

        await Task.WhenAny(Task.WhenAll(sessions), Task.Delay(CloseTimeout, _time)).ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _dialer.DisposeAsync().ConfigureAwait(false);
        await _tasks.CloseAsync().ConfigureAwait(false);
    }

    private void Meet(PeerId peer) => SessionWith(peer, spokenTo: null);

    private void Part(PeerId peer)
    {
        lock (_gate)
        {
            _sessions.GetValueOrDefault(peer)?.BeginEnd();
        }
    }

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
        lock (_gate)
        {
            if (_sessions.GetValueOrDefault(session.Peer) == session)
            {
                _sessions.Remove(session.Peer);
            }

            if (session.IsKnown)
            {
                _router.RemovePeer(session.Peer);
            }
        }

        await session.EndAsync().ConfigureAwait(false);
    }

    // A stream is open: the first one makes the peer known, others replace it.
    private void Greet(PeerSession session)
    {
        IReadOnlyList<Connection> connections = _host.ConnectionsTo(session.Peer);
        IEnumerable<IPAddress> addresses = connections.Select(c => c.RemoteAddress.IPAddress).OfType<IPAddress>();
        lock (_gate)
        {
            IReadOnlyList<RouterAction> actions;
            if (session.IsKnown)
            {
                actions = _router.Greet(session.Peer);
            }
            else
            {
                session.IsKnown = _router.TryAddPeer(
                    session.Peer, session.Protocol, connections.Any(c => c.IsDialer), addresses.Distinct(), out actions);
            }

            Execute(actions);
        }
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
                Take(session.Peer, rpc);
            }
        }
        catch (MessageException)
        {
            lock (_gate)
            {
                _router.ReceiveBroken(session.Peer);
            }

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

    // Signatures are checked here, on the peer's own read loop: whoever sends much waits for its own checks.
    private void Take(PeerId from, Rpc rpc)
    {
        IReadOnlyList<RouterAction> actions;
        lock (_gate)
        {
            actions = _router.Receive(from, rpc);
            Execute(actions);
        }

        foreach (RouterAction.Verify verify in actions.OfType<RouterAction.Verify>())
        {
            bool isSigned = StrictSign.IsSigned(verify.Message.Wire, verify.Message.PublicKey);
            lock (_gate)
            {
                Execute(_router.Verified(verify.Message, isSigned));
            }
        }
    }

    private void Decide(IncomingMessage message, MessageVerdict verdict)
    {
        Interlocked.Add(ref _delivered, verdict == MessageVerdict.Accept ? 1 : 0);
        Interlocked.Add(ref _rejected, verdict == MessageVerdict.Reject ? 1 : 0);
        lock (_gate)
        {
            Execute(_router.Validated(message, verdict));
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

                lock (_gate)
                {
                    Execute(_router.Heartbeat());
                }
            }
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
        }
    }

    // Called with the lock held: nothing here waits.
    private void Execute(IReadOnlyList<RouterAction> actions)
    {
        foreach (RouterAction action in actions)
        {
            switch (action)
            {
                case RouterAction.Send(var to, var rpc):
                    Send(to, rpc);
                    break;
                case RouterAction.Connect(var peer, var record):
                    _dialer.Enqueue(peer, record);
                    break;
                case RouterAction.Validate(var message) when !IsTaken(message):
                    Execute(_router.Validated(message, MessageVerdict.Ignore));
                    break;
            }
        }

        if (_grafts != _router.Grafts)
        {
            (_grafts, _meshPeers) = (_router.Grafts, _router.MeshPeers());
        }
    }

    private bool IsTaken(IncomingMessage message) =>
        _validators.TryGetValue(message.Message.Topic, out TopicValidator? validator) && validator.TryAdd(message);

    private void Send(PeerId to, OutboundRpc rpc)
    {
        // A peer that takes not even control messages in has a wrong picture of the mesh: it has to begin anew.
        if (_sessions.TryGetValue(to, out PeerSession? session) && !session.Outbox.TryAdd(rpc))
        {
            session.BeginEnd();
        }
    }
}
