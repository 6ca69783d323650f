using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Exchange;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Bench.Transfer;

/// <summary>A host with a content store in a directory and the exchange between them.</summary>
internal sealed class TransferNode(Libp2pHost host, BlobStore store, ChunkExchange exchange) : IAsyncDisposable
{
    public Libp2pHost Host { get; } = host;

    public BlobStore Store { get; } = store;

    public ChunkExchange Exchange { get; } = exchange;

    public static async Task<TransferNode> StartAsync(string directory, bool listen, CancellationToken token)
    {
        Libp2pHost host = await Libp2pHost.StartAsync(
            NodeIdentity.Generate(),
            new HostOptions { ListenAddresses = listen ? [Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")] : [] },
            NullLoggerFactory.Instance, token);
        var store = BlobStore.Open(new BlobStoreOptions { Directory = directory }, NullLoggerFactory.Instance);
        return new TransferNode(
            host, store, new ChunkExchange(host, store, new ExchangeOptions(), NullLoggerFactory.Instance));
    }

    public async ValueTask DisposeAsync()
    {
        await Exchange.DisposeAsync();
        await Store.DisposeAsync();
        await Host.DisposeAsync();
    }
}
