using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub.Routing;
using Infernet.Libp2p.GossipSub.Signing;
using Infernet.Libp2p.GossipSub.Streams;
using Infernet.Libp2p.GossipSub.Wire;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.Libp2p.GossipSub;

/// <summary>
/// Publish and subscribe over a mesh of peers: GossipSub 1.1 (1.0 and FloodSub peers are spoken to as well), with
/// signed messages only. Source: https://github.com/libp2p/specs/tree/master/pubsub.
/// <para>
/// Its parts: <c>Routing</c> decides everything, and holds no stream, clock or thread; <c>Scoring</c> judges peers,
/// <c>Wire</c> encodes, <c>Signing</c> has the signature policy; <c>Streams</c> has the driver and one session for
/// each peer, <c>Validation</c> the queues to the application.
/// </para>
/// </summary>
public sealed class GossipSub : IAsyncDisposable
{
    private readonly Libp2pHost _host;
    private readonly GossipSubOptions _options;
    private readonly GossipDriver _driver;
    private ulong _lastSequence;

    /// <summary>Starts to speak GossipSub with the peers of a host. The host must outlive the service.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public GossipSub(Libp2pHost host, GossipSubOptions options, TimeProvider time, ILoggerFactory log)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(log);
        options.Validate();
        (_host, _options) = (host, options);

        // Pubsub specification, "The Message": numbers grow, also from one run of a node to the next.
        _lastSequence = (ulong)time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        _driver = new GossipDriver(host, options, time, log.CreateLogger<GossipSub>());
    }

    public GossipSubStatistics Statistics => _driver.Router.Statistics();

    /// <summary>The peers that messages of a topic are exchanged with; empty if it is not subscribed to.</summary>
    public IReadOnlyList<PeerId> MeshOf(string topic) => _driver.Router.Ask(router => router.MeshOf(topic));

    /// <summary>The connected peers that are subscribed to a topic.</summary>
    public IReadOnlyList<PeerId> SubscribersOf(string topic) =>
        _driver.Router.Ask(router => router.SubscribersOf(topic));

    /// <summary>What this node thinks of a peer, by how it behaved in GossipSub; 0 for an unknown one.</summary>
    public double ScoreOf(PeerId peer) => _driver.Router.Ask(router => router.ScoreOf(peer));

    /// <summary>
    /// Subscribes. The validator sees each new message of others once, before it is forwarded: it is the delivery, too.
    /// </summary>
    /// <exception cref="InvalidOperationException">The topic is subscribed to, or too many are.</exception>
    public TopicSubscription Subscribe(
        string topic, Func<GossipMessage, CancellationToken, ValueTask<MessageVerdict>> validate)
    {
        ThrowIfUnusable(topic);
        ArgumentNullException.ThrowIfNull(validate);
        _driver.Router.Join(topic, validate);
        return new TopicSubscription(topic, () => _driver.Router.LeaveAsync(topic));
    }

    /// <summary>
    /// Signs a message and hands it to the peers' queues; it does not wait for them. This node's own validator does
    /// not see it.
    /// </summary>
    /// <exception cref="ArgumentException">The message does not fit into an RPC.</exception>
    public ValueTask PublishAsync(string topic, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        ThrowIfUnusable(topic);
        cancellationToken.ThrowIfCancellationRequested();
        WireMessage wire = StrictSign.Sign(_host.Identity, topic, Interlocked.Increment(ref _lastSequence), data.Span);
        var rpc = new OutboundRpc(new Rpc { Messages = [wire] }, RpcPriority.Message);
        if (rpc.Frame.Length > _options.Limits.MaxRpcSize)
        {
            throw new ArgumentException(
                $"The message takes {rpc.Frame.Length} bytes on the wire; {_options.Limits.MaxRpcSize} are allowed.",
                nameof(data));
        }

        StrictSign.TryOpen(wire, out GossipMessage message, out _);
        _driver.Router.Publish(topic, MessageFlow.MakeId(message, _options.MessageId), rpc);
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Unsubscribes from everything, sends what still waits to be sent, gives peers a moment to read it, and ends.
    /// </summary>
    public ValueTask DisposeAsync() => _driver.DisposeAsync();

    private void ThrowIfUnusable(string topic)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        int length = System.Text.Encoding.UTF8.GetByteCount(topic);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _options.Limits.MaxTopicLength, nameof(topic));
    }
}
