using System.Net;
using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.GossipSub.Signing;
using Infernet.Libp2p.GossipSub.Validation;
using Infernet.Libp2p.GossipSub.Wire;
using Microsoft.Extensions.Logging;

namespace Infernet.Libp2p.GossipSub.Streams;

/// <summary>
/// The router behind its lock, with the validators: turns what happens into the router's events, and does what the
/// router answers. What is done under the lock never waits. Thread-safe.
/// </summary>
/// <param name="router">Decides.</param>
/// <param name="limits">For the validators.</param>
/// <param name="send">Puts an RPC into a peer's queue; called under the lock.</param>
/// <param name="connect">Asks for a dial; called under the lock.</param>
/// <param name="log">Where defects of validators go.</param>
internal sealed class GuardedRouter(
    GossipRouter router, GossipSubLimits limits, Action<PeerId, OutboundRpc> send,
    Action<PeerId, ReadOnlyMemory<byte>> connect, ILogger log)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TopicValidator> _validators = new(StringComparer.Ordinal);
    private volatile IReadOnlySet<PeerId> _meshPeers = new HashSet<PeerId>();
    private long _grafts;
    private long _delivered;
    private long _rejected;
    private bool _isClosing;

    /// <summary>The peers of all meshes; a snapshot that needs no lock.</summary>
    public IReadOnlySet<PeerId> MeshPeers => _meshPeers;

    public T Ask<T>(Func<GossipRouter, T> question)
    {
        lock (_gate)
        {
            return question(router);
        }
    }

    public GossipSubStatistics Statistics()
    {
        RouterSize size = Ask(r => r.Size());
        return new GossipSubStatistics(
            size.Peers, Interlocked.Read(ref _delivered), Interlocked.Read(ref _rejected), size.Throttled,
            size.CachedBytes);
    }

    public void Join(string topic, Func<GossipMessage, CancellationToken, ValueTask<MessageVerdict>> validate)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosing, this);
            IReadOnlyList<RouterAction> actions = router.Join(topic);
            _validators.Add(topic, new TopicValidator(topic, validate, limits, Decide, log));
            Execute(actions);
        }
    }

    public async Task LeaveAsync(string topic)
    {
        TopicValidator? validator;
        lock (_gate)
        {
            _validators.Remove(topic, out validator);
            Execute(router.Leave(topic));
        }

        if (validator is not null)
        {
            await validator.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Leaves all topics; nothing can be joined or published any more.</summary>
    public Task CloseAsync()
    {
        string[] topics;
        lock (_gate)
        {
            _isClosing = true;
            topics = [.. _validators.Keys];
        }

        return Task.WhenAll(topics.Select(LeaveAsync));
    }

    public void Publish(string topic, MessageId id, OutboundRpc rpc)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosing, this);
            Execute(router.Publish(topic, id, rpc));
        }
    }

    /// <summary>A peer can be sent to; false if it is left alone.</summary>
    public bool TryAddPeer(PeerId peer, PeerProtocol protocol, bool isOutbound, IEnumerable<IPAddress> addresses)
    {
        lock (_gate)
        {
            bool isAdded = router.TryAddPeer(
                peer, protocol, isOutbound, addresses, out IReadOnlyList<RouterAction> actions);
            Execute(actions);
            return isAdded;
        }
    }

    /// <summary>A peer that is known has a new stream.</summary>
    public void Greet(PeerId peer)
    {
        lock (_gate)
        {
            Execute(router.Greet(peer));
        }
    }

    public void RemovePeer(PeerId peer)
    {
        lock (_gate)
        {
            router.RemovePeer(peer);
        }
    }

    /// <summary>
    /// A peer sent an RPC. Signatures are checked here, on the peer's own read loop: whoever sends much waits for its
    /// own checks.
    /// </summary>
    public void Receive(PeerId from, Rpc rpc)
    {
        IReadOnlyList<RouterAction> actions;
        lock (_gate)
        {
            actions = router.Receive(from, rpc);
            Execute(actions);
        }

        foreach (RouterAction.Verify verify in actions.OfType<RouterAction.Verify>())
        {
            bool isSigned = StrictSign.IsSigned(verify.Message.Wire, verify.Message.PublicKey);
            lock (_gate)
            {
                Execute(router.Verified(verify.Message, isSigned));
            }
        }
    }

    /// <summary>A peer sent what is no RPC.</summary>
    public void ReceiveBroken(PeerId from)
    {
        lock (_gate)
        {
            router.ReceiveBroken(from);
        }
    }

    public void Heartbeat()
    {
        lock (_gate)
        {
            Execute(router.Heartbeat());
        }
    }

    private void Decide(IncomingMessage message, MessageVerdict verdict)
    {
        Interlocked.Add(ref _delivered, verdict == MessageVerdict.Accept ? 1 : 0);
        Interlocked.Add(ref _rejected, verdict == MessageVerdict.Reject ? 1 : 0);
        lock (_gate)
        {
            Execute(router.Validated(message, verdict));
        }
    }

    // Called with the lock held.
    private void Execute(IReadOnlyList<RouterAction> actions)
    {
        foreach (RouterAction action in actions)
        {
            switch (action)
            {
                case RouterAction.Send(var to, var rpc):
                    send(to, rpc);
                    break;
                case RouterAction.Connect(var peer, var record):
                    connect(peer, record);
                    break;
                case RouterAction.Validate(var message) when !IsTaken(message):
                    Execute(router.Validated(message, MessageVerdict.Ignore));
                    break;
            }
        }

        if (_grafts != router.Grafts)
        {
            (_grafts, _meshPeers) = (router.Grafts, router.MeshPeers());
        }
    }

    private bool IsTaken(IncomingMessage message) =>
        _validators.TryGetValue(message.Message.Topic, out TopicValidator? validator) && validator.TryAdd(message);
}
