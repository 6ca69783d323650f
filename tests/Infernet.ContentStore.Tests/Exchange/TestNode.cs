using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Exchange;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.ContentStore.Tests.Exchange;

/// <summary>A real node on loopback: host, store and exchange.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private TestNode(Libp2pHost host, BlobStore store, ChunkExchange exchange)
    {
        Host = host;
        Store = store;
        Exchange = exchange;
    }

    public Libp2pHost Host { get; }

    public BlobStore Store { get; }

    public ChunkExchange Exchange { get; }

    public static async Task<TestNode> StartAsync(
        TestFolder folder, string name, ExchangeOptions? options = null, Func<BlobStoreOptions, BlobStoreOptions>? change = null)
    {
        Libp2pHost host = await StartHostAsync();
        BlobStore store = folder.Open(name, change);
        return new TestNode(
            host, store, new ChunkExchange(host, store, options ?? new ExchangeOptions(), NullLoggerFactory.Instance));
    }

    public static Task<Libp2pHost> StartHostAsync() => Libp2pHost.StartAsync(
        NodeIdentity.Generate(),
        new HostOptions { ListenAddresses = [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] },
        NullLoggerFactory.Instance,
        CancellationToken.None);

    /// <summary>Adds a file of these bytes to the store.</summary>
    public async Task<BlobInfo> AddAsync(TestFolder folder, byte[] content) =>
        await Store.AddFileAsync(folder.Write("file-" + Guid.NewGuid(), content), AddMode.Copy, null, default);

    /// <summary>Fetches from hosts whose addresses this node gets to know thereby.</summary>
    public Task<FetchReport> FetchAsync(
        Cid root, IEnumerable<Libp2pHost> from, IProgress<FetchProgress>? progress = null, CancellationToken cancel = default)
    {
        var providers = new List<PeerId>();
        foreach (Libp2pHost host in from)
        {
            Host.Peers.AddAddresses(host.Id, host.ListenAddresses);
            providers.Add(host.Id);
        }

        return Exchange.FetchAsync(root, Each(providers), progress, cancel).WaitAsync(TimeSpan.FromSeconds(60), cancel);
    }

    public static async IAsyncEnumerable<PeerId> Each(IEnumerable<PeerId> peers)
    {
        await Task.Yield();
        foreach (PeerId peer in peers)
        {
            yield return peer;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Exchange.DisposeAsync();
        await Host.DisposeAsync();
        await Store.DisposeAsync();
    }
}
