using Infernet.ContentStore.Blobs;
using Infernet.Core.Identity;
using Infernet.Libp2p.Messages;

namespace Infernet.ContentStore.Exchange;

/// <summary>Serves the store's blocks to peers, each stream in its own order, all of them in turn.</summary>
internal sealed class ChunkServer : IDisposable
{
    private readonly BlobStore _store;
    private readonly ExchangeOptions _options;
    private readonly SemaphoreSlim _reads;
    private readonly Lock _lock = new();
    private readonly Dictionary<PeerId, int> _streams = [];

    public ChunkServer(BlobStore store, ExchangeOptions options)
    {
        _store = store;
        _options = options;
        _reads = new SemaphoreSlim(options.MaxConcurrentReads);
    }

    /// <summary>Serves one stream until the peer closes it.</summary>
    /// <exception cref="MessageException">The peer broke the protocol.</exception>
    public async Task ServeAsync(ChunkStream stream, PeerId peer, CancellationToken cancellationToken)
    {
        Enter(peer);
        try
        {
            using var upload = new Upload(stream, _store, _options, _reads);
            await upload.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(peer);
        }
    }

    public void Dispose() => _reads.Dispose();

    private void Enter(PeerId peer)
    {
        lock (_lock)
        {
            int open = _streams.GetValueOrDefault(peer);
            if (open >= _options.MaxStreamsPerPeer)
            {
                throw new MessageException($"{peer} opened more than {_options.MaxStreamsPerPeer} streams of this protocol.");
            }

            _streams[peer] = open + 1;
        }
    }

    private void Leave(PeerId peer)
    {
        lock (_lock)
        {
            if (--_streams[peer] == 0)
            {
                _streams.Remove(peer);
            }
        }
    }
}
