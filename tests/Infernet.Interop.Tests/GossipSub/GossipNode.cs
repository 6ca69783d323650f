using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Interop.Tests.Hosting;
using Infernet.Interop.Tests.Peers;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using GossipService = Infernet.Libp2p.GossipSub.GossipSub;

namespace Infernet.Interop.Tests.GossipSub;

/// <summary>A host of ours with GossipSub on it, that keeps what it receives.</summary>
internal sealed class GossipNode : IAsyncDisposable
{
    public const string Topic = "infernet/test/1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Channel<GossipMessage> _received = Channel.CreateUnbounded<GossipMessage>();
    private readonly Libp2pHost _host;
    private TopicSubscription? _subscription;

    private GossipNode(Libp2pHost host, GossipSubOptions options)
    {
        _host = host;
        Service = new GossipService(host, options, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public GossipService Service { get; }

    public PeerId Id => _host.Id;

    public string Address => TestHost.AddressOf(_host);

    public static async Task<GossipNode> StartAsync(
        Func<GossipSubOptions, GossipSubOptions>? change = null, bool subscribe = true)
    {
        var options = new GossipSubOptions { HeartbeatInterval = TimeSpan.FromMilliseconds(200) };
        var node = new GossipNode(await TestHost.StartAsync(), change?.Invoke(options) ?? options);
        if (subscribe)
        {
            node.Subscribe();
        }

        return node;
    }

    public void Subscribe() => _subscription = Service.Subscribe(Topic, (message, _) =>
    {
        _received.Writer.TryWrite(message);
        return ValueTask.FromResult(MessageVerdict.Accept);
    });

    public ValueTask UnsubscribeAsync() => _subscription!.DisposeAsync();

    public Task DialAsync(JsPeer peer) => _host.ConnectAsync(peer.Address, CancellationToken.None).WaitAsync(Patience);

    public Task DialAsync(GossipNode peer) =>
        _host.ConnectAsync(Multiaddr.Parse(peer.Address), CancellationToken.None).WaitAsync(Patience);

    public ValueTask PublishAsync(byte[] data) => Service.PublishAsync(Topic, data, CancellationToken.None);

    /// <summary>The next message that came.</summary>
    public async Task<GossipMessage> ReceiveAsync() =>
        await _received.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>Waits until a peer is in the mesh, or no longer is.</summary>
    public Task AwaitMeshAsync(PeerId peer, bool isIn = true) =>
        UntilAsync(() => Service.MeshOf(Topic).Contains(peer) == isIn);

    public Task AwaitSubscriberAsync(PeerId peer) => UntilAsync(() => Service.SubscribersOf(Topic).Contains(peer));

    public static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        await _host.DisposeAsync();
    }
}
