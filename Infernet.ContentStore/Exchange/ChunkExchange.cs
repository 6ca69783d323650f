using Infernet.ContentStore.Blobs;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.ContentStore.Exchange;

/// <summary>
/// The protocol /infernet/chunk/1 on one host: serves the store's chunks to whoever asks, and fetches blobs from
/// several providers at once.
/// </summary>
public sealed class ChunkExchange : IAsyncDisposable
{
    /// <summary>The protocol's id.</summary>
    public const string Protocol = "/infernet/chunk/1";

    /// <summary>Registers the protocol on the host. The caller owns host and store, and disposes this before them.</summary>
    public ChunkExchange(Libp2pHost host, BlobStore store, ExchangeOptions options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
    }

    /// <summary>
    /// Fetches a blob into the store; answers at once if it is there. Providers are drawn as they are needed. A fetch
    /// that fails or is cancelled keeps what it has, and the next one goes on from there.
    /// </summary>
    /// <exception cref="FetchFailedException">Nobody has it, or everybody failed.</exception>
    /// <exception cref="ContentException">The CID or its DAG is unusable, or the disk is full.</exception>
    public Task<FetchReport> FetchAsync(
        Cid root, IAsyncEnumerable<PeerId> providers, IProgress<FetchProgress>? progress,
        CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Ends running fetches and closes the streams.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
