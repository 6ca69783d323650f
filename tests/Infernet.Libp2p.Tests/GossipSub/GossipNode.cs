using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.Hosting;
using Infernet.Libp2p.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using GossipService = Infernet.Libp2p.GossipSub.GossipSub;

namespace Infernet.Libp2p.Tests.GossipSub;

/// <summary>A real host with GossipSub on it, that keeps what it receives.</summary>
internal sealed class GossipNode : IAsyncDisposable
{
    private readonly Channel<GossipMessage> _received = Channel.CreateUnbounded<GossipMessage>();
    private readonly ConcurrentDictionary<string, TopicSubscription> _subscriptions = new();

    private GossipNode(Libp2pHost host, GossipSubOptions options) =>
        (Host, Service) = (host, new GossipService(host, options, TimeProvider.System, NullLoggerFactory.Instance));

    public Libp2pHost Host { get; }

    public GossipService Service { get; }

    public PeerId Id => Host.Id;

    /// <summary>Decides about messages; accepts all by default.</summary>
    public Func<GossipMessage, MessageVerdict> Judge { get; set; } = _ => MessageVerdict.Accept;

    public static async Task<GossipNode> StartAsync(
        Func<GossipSubOptions, GossipSubOptions>? change = null, Func<HostOptions, HostOptions>? changeHost = null)
    {
        // Tests should not wait a second for what a heartbeat does.
        var options = new GossipSubOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(100) };
        return new GossipNode(await TestHosts.StartAsync(changeHost), change?.Invoke(options) ?? options);
    }

    public Task ConnectAsync(GossipNode other) =>
        Host.ConnectAsync(TestHosts.AddressOf(other.Host), CancellationToken.None).WaitAsync(TestHosts.Patience);

    public void Subscribe(string topic) => _subscriptions[topic] = Service.Subscribe(topic, (message, _) =>
    {
        MessageVerdict verdict = Judge(message);
        _received.Writer.TryWrite(message);
        return ValueTask.FromResult(verdict);
    });

    public ValueTask UnsubscribeAsync(string topic) => _subscriptions[topic].DisposeAsync();

    public ValueTask PublishAsync(string topic, string text) => PublishAsync(topic, Encoding.UTF8.GetBytes(text));

    public ValueTask PublishAsync(string topic, byte[] data) =>
        Service.PublishAsync(topic, data, CancellationToken.None);

    public Task<GossipMessage> ReceiveAsync() => _received.Reader.ReadAsync().AsTask().WaitAsync(TestHosts.Patience);

    public async Task<string> ReceiveTextAsync() => Encoding.UTF8.GetString((await ReceiveAsync()).Data.Span);

    /// <summary>Whether something came that nobody has asked for yet.</summary>
    public bool HasReceived => _received.Reader.TryPeek(out _);

    /// <summary>Waits until a peer is known to be subscribed.</summary>
    public Task AwaitSubscriberAsync(string topic, PeerId peer) =>
        TestHosts.EventuallyAsync(() => Task.FromResult(Service.SubscribersOf(topic).Contains(peer)));

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await Host.DisposeAsync();
    }
}
