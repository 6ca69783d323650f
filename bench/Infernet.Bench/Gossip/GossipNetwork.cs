using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using Infernet.Bench.Servers;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Bench.Gossip;

/// <summary>
/// A complete network of our GossipSub nodes in one process; bench/js/gossip-network.mjs is the same in js-libp2p.
/// </summary>
internal sealed class GossipNetwork : IAsyncDisposable
{
    private const string Topic = "bench";

    /// <summary>Messages that may be under way at the same time in a burst.</summary>
    private const int Window = 40;

    private readonly List<(Libp2pHost Host, GossipSub Gossip)> _nodes = [];
    private volatile Round? _round;

    public static async Task RunAsync(CancellationToken token)
    {
        await using var network = new GossipNetwork();
        await CommandLoop.RunAsync(
            new { @event = "ready" },
            new()
            {
                ["build"] = async r => await network.BuildAsync(r.Int("nodes"), token),
                ["burst"] = async r => await network.BurstAsync(r.Int("messages"), r.Int("size"), token),
                ["oneByOne"] = async r => await network.OneByOneAsync(r.Int("messages"), r.Int("size"), token),
            },
            token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((Libp2pHost host, GossipSub gossip) in _nodes)
        {
            await gossip.DisposeAsync();
            await host.DisposeAsync();
        }
    }

    private async Task<object> BuildAsync(int count, CancellationToken token)
    {
        for (int i = 0; i < count; i++)
        {
            Libp2pHost host = await Libp2pHost.StartAsync(
                NodeIdentity.Generate(),
                new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] },
                NullLoggerFactory.Instance, token);
            var gossip = new GossipSub(host, new GossipSubOptions(), TimeProvider.System, NullLoggerFactory.Instance);
            gossip.Subscribe(Topic, Receive);
            foreach ((Libp2pHost other, _) in _nodes)
            {
                await host.ConnectAsync(other.ListenAddresses[0].WithPeer(other.Id), token);
            }

            _nodes.Add((host, gossip));
        }

        // A few heartbeats let the meshes settle.
        while (_nodes.Any(n => n.Gossip.SubscribersOf(Topic).Count < count - 1))
        {
            await Task.Delay(20, token);
        }

        await Task.Delay(TimeSpan.FromSeconds(3), token);
        return _nodes.Select(n => n.Gossip.MeshOf(Topic).Count);
    }

    private ValueTask<MessageVerdict> Receive(GossipMessage message, CancellationToken token)
    {
        _round?.Deliver(BinaryPrimitives.ReadInt32BigEndian(message.Data.Span));
        return ValueTask.FromResult(MessageVerdict.Accept);
    }

    // Deliveries a second, from the first publication to the last delivery.
    private async Task<object> BurstAsync(int messages, int size, CancellationToken token)
    {
        Round round = await PublishAsync(messages, size, Window, token);
        return messages * (_nodes.Count - 1) / round.Elapsed.TotalSeconds;
    }

    // Milliseconds from each publication to each of its deliveries.
    private async Task<object> OneByOneAsync(int messages, int size, CancellationToken token) =>
        (await PublishAsync(messages, size, window: 1, token)).Latencies;

    private async Task<Round> PublishAsync(int messages, int size, int window, CancellationToken token)
    {
        using var round = new Round(messages, _nodes.Count - 1, window);
        _round = round;
        byte[] data = new byte[size];
        for (int i = 0; i < messages; i++)
        {
            await round.BeginAsync(i, token);
            BinaryPrimitives.WriteInt32BigEndian(data, i);
            await _nodes[i % _nodes.Count].Gossip.PublishAsync(Topic, data, token);
        }

        await round.EndAsync(token);
        _round = null;
        return round;
    }

    /// <summary>Counts the deliveries of one series of messages, and holds back while too many are under way.</summary>
    private sealed class Round(int messages, int receivers, int window) : IDisposable
    {
        private readonly long _start = Stopwatch.GetTimestamp();
        private readonly long[] _published = new long[messages];
        private readonly int[] _missing = [.. Enumerable.Repeat(receivers, messages)];
        private readonly SemaphoreSlim _free = new(window);
        private readonly ConcurrentBag<double> _latencies = [];

        public TimeSpan Elapsed { get; private set; }

        public IReadOnlyCollection<double> Latencies => _latencies;

        public async Task BeginAsync(int message, CancellationToken token)
        {
            await _free.WaitAsync(token);
            _published[message] = Stopwatch.GetTimestamp();
        }

        public void Deliver(int message)
        {
            _latencies.Add(Stopwatch.GetElapsedTime(_published[message]).TotalMilliseconds);
            if (Interlocked.Decrement(ref _missing[message]) == 0)
            {
                _free.Release();
            }
        }

        public async Task EndAsync(CancellationToken token)
        {
            for (int i = 0; i < window; i++)
            {
                await _free.WaitAsync(token);
            }

            Elapsed = Stopwatch.GetElapsedTime(_start);
        }

        public void Dispose() => _free.Dispose();
    }
}
