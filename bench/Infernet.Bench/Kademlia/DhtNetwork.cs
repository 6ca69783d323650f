using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Infernet.Bench.Servers;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht;
using Infernet.Dht.Records;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Bench.Kademlia;

/// <summary>
/// A network of our DHT nodes in one process; bench/js/dht-network.mjs is the same in js-libp2p.
/// </summary>
internal sealed class DhtNetwork : IAsyncDisposable
{
    private readonly List<(Libp2pHost Host, KademliaDht Dht)> _nodes = [];

    public static async Task RunAsync(CancellationToken token)
    {
        await using var network = new DhtNetwork();
        await CommandLoop.RunAsync(
            new { @event = "ready" },
            new()
            {
                ["build"] = async r => await network.BuildAsync(r.GetProperty("links").Deserialize<int[][]>()!, token),
                ["provideAndFind"] = async r =>
                    await network.ProvideAndFindAsync(r.Int("provider"), r.Int("seeker"), r.Text("name"), token),
                ["putAndGet"] = async r =>
                    await network.PutAndGetAsync(r.Int("writer"), r.Int("reader"), r.Text("name"), token),
            },
            token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((Libp2pHost host, KademliaDht dht) in _nodes)
        {
            await dht.DisposeAsync();
            await host.DisposeAsync();
        }
    }

    private async Task<int> BuildAsync(int[][] links, CancellationToken token)
    {
        var options = new DhtOptions
        {
            Validators = new Dictionary<string, IRecordValidator> { ["v"] = new AnythingGoes() },
        };
        foreach (int[] to in links)
        {
            Libp2pHost host = await Libp2pHost.StartAsync(
                NodeIdentity.Generate(),
                new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] },
                NullLoggerFactory.Instance, token);
            KademliaDht dht = await KademliaDht.StartAsync(host, options, NullLoggerFactory.Instance, token);
            await dht.BootstrapAsync(to.Select(i => AddressOf(_nodes[i].Host)), token);
            _nodes.Add((host, dht));
        }

        // A second round, as js-libp2p's refresh: now everybody is there to be found.
        foreach ((Libp2pHost host, KademliaDht dht) in _nodes)
        {
            await dht.FindClosestAsync(host.Id.ToBytes(), token);
        }

        int[] sizes = [.. _nodes.Select(node => node.Dht.Statistics.RoutingTableSize).Order()];
        return sizes[sizes.Length / 2];
    }

    private async Task<double[]> ProvideAndFindAsync(int provider, int seeker, string name, CancellationToken token)
    {
        Multihash key = Multihash.Sha256(Encoding.UTF8.GetBytes(name));
        double provide = await TimeAsync(() => _nodes[provider].Dht.ProvideAsync(key, token));
        double find = await TimeAsync(() => FirstProviderAsync(_nodes[seeker].Dht, key, token));
        return [provide, find];
    }

    private static async Task FirstProviderAsync(KademliaDht dht, Multihash key, CancellationToken token)
    {
        await foreach (PeerInfo found in dht.FindProvidersAsync(key, limit: 1, token))
        {
            return;
        }

        throw new InvalidOperationException("no provider was found");
    }

    private async Task<double[]> PutAndGetAsync(int writer, int reader, string name, CancellationToken token)
    {
        byte[] value = Encoding.UTF8.GetBytes(name);
        double put = await TimeAsync(() => _nodes[writer].Dht.PutValueAsync($"/v/{name}", value, token));
        double get = await TimeAsync(async () =>
        {
            if (await _nodes[reader].Dht.GetValueAsync($"/v/{name}", token) is null)
            {
                throw new InvalidOperationException("no value was found");
            }
        });
        return [put, get];
    }

    private static Multiaddr AddressOf(Libp2pHost host) => host.ListenAddresses[0].WithPeer(host.Id);

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        long start = Stopwatch.GetTimestamp();
        await action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
