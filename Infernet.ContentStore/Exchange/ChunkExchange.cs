using System.Collections.Concurrent;
using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Dag;
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

    private readonly PeerId _self;
    private readonly BlobStore _store;
    private readonly ExchangeOptions _options;
    private readonly StreamOpener _open;
    private readonly ChunkServer _server;
    private readonly ILogger<ChunkExchange> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Cid, SemaphoreSlim> _gates = [];
    private readonly ConcurrentDictionary<Task, bool> _running = [];

    /// <summary>Registers the protocol on the host. The caller owns host and store, and disposes this before them.</summary>
    public ChunkExchange(Libp2pHost host, BlobStore store, ExchangeOptions options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _self = host.Id;
        _store = store;
        _options = options;
        _logger = loggers.CreateLogger<ChunkExchange>();
        _server = new ChunkServer(store, options);
        _open = async (peer, cancellationToken) =>
        {
            PeerStream stream = await host.OpenStreamAsync(peer, Protocol, cancellationToken).ConfigureAwait(false);
            return new ChunkStream(stream, stream);
        };
        host.Handle(Protocol, (stream, cancellationToken) => Track(ServeAsync(stream, cancellationToken)));
    }

    /// <summary>Opens a stream of the protocol to a peer.</summary>
    internal delegate ValueTask<ChunkStream> StreamOpener(PeerId peer, CancellationToken cancellationToken);

    /// <summary>
    /// Fetches a blob into the store; answers at once if it is there. Providers are drawn as they are needed. A fetch
    /// that fails or is cancelled keeps what it has, and the next one goes on from there. A second fetch of the same
    /// blob waits for the first.
    /// </summary>
    /// <exception cref="FetchFailedException">Nobody has it, or everybody failed.</exception>
    /// <exception cref="ContentException">The CID or its DAG is unusable, or the disk is full.</exception>
    public Task<FetchReport> FetchAsync(
        Cid root, IAsyncEnumerable<PeerId> providers, IProgress<FetchProgress>? progress,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(providers);
        if (!BlockHash.TryFrom(root, out BlockHash hash))
        {
            throw new ContentException(
                ContentError.UnsupportedCid,
                $"{root} can't be fetched: only CIDs of raw or dag-pb blocks by SHA-256 are supported.");
        }

        return Track(FetchOnceAsync(hash.ToCid(root.Codec), hash, providers, progress, cancellationToken));
    }

    /// <summary>Ends running fetches and closes the streams.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (Task running in _running.Keys)
        {
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _server.Dispose();
        _stop.Dispose();
    }

    private async Task<FetchReport> FetchOnceAsync(
        Cid root, BlockHash hash, IAsyncEnumerable<PeerId> providers, IProgress<FetchProgress>? progress,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        SemaphoreSlim gate = _gates.GetOrAdd(root, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(stop.Token).ConfigureAwait(false);
        try
        {
            if (_store.TryGetPath(root, out string path))
            {
                return AlreadyHere(root, path);
            }

            await using var fetch = new Fetch(root, hash, _store, _options, _open, progress, _logger, stop.Token);
            return await fetch.RunAsync(_self, providers).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    private FetchReport AlreadyHere(Cid root, string path) => new()
    {
        Path = path,
        Size = _store.Stat(root)?.Size ?? 0,
        BytesReceived = 0,
        BytesShared = 0,
        BytesResumed = 0,
        Peers = [],
    };

    private async Task ServeAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        await _server.ServeAsync(new ChunkStream(stream, stream), stream.RemotePeer, stop.Token).ConfigureAwait(false);
    }

    // The host does not know when this is disposed, so what runs is kept here until it has ended.
    private T Track<T>(T task)
        where T : Task
    {
        _running[task] = true;
        _ = task.ContinueWith(
            done => _running.TryRemove(done, out _), CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return task;
    }
}
