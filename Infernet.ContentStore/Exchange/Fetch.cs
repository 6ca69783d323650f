using System.Threading.Channels;
using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Dag;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Schemas.Chunks;
using Microsoft.Extensions.Logging;

namespace Infernet.ContentStore.Exchange;

/// <summary>
/// One fetch: learns the DAG, copies what other blobs have, and takes the rest from peers. One loop decides; links to
/// peers, the search for providers and the clock send it events. Owns all of them and ends them with itself.
/// </summary>
internal sealed partial class Fetch : IAsyncDisposable
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(200);

    private readonly Cid _root;
    private readonly BlockHash _hash;
    private readonly BlobStore _store;
    private readonly ExchangeOptions _options;
    private readonly ChunkExchange.StreamOpener _open;
    private readonly IProgress<FetchProgress>? _progress;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop;

    // Unbounded in form, bounded in fact: a link sends one event for each thing that it was asked for.
    private readonly Channel<FetchEvent> _events = Channel.CreateUnbounded<FetchEvent>();
    private readonly Dictionary<int, PeerLink> _links = [];
    private readonly List<PeerLink> _allLinks = [];
    private readonly ProviderSearch _search;
    private readonly ITimer _ticker;
    private FetchPhase? _phase;
    private PartialBlob? _blob;
    private bool _isSearchOver;
    private string? _searchFailure;
    private long _shared;

    public Fetch(
        Cid root, BlockHash hash, BlobStore store, ExchangeOptions options, ChunkExchange.StreamOpener open,
        IProgress<FetchProgress>? progress, ILogger logger, CancellationToken cancellationToken)
    {
        _root = root;
        _hash = hash;
        _store = store;
        _options = options;
        _open = open;
        _progress = progress;
        _logger = logger;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _search = new ProviderSearch(options, _events.Writer);
        _ticker = options.Time.CreateTimer(
            _ => _events.Writer.TryWrite(new FetchEvent.Tick()), null, TickInterval, TickInterval);
    }

    private TimeSpan Now => _options.Time.GetElapsedTime(0);

    public async Task<FetchReport> RunAsync(PeerId self, IAsyncEnumerable<PeerId> providers)
    {
        _search.Start(self, providers);
        _blob = _store.ResumePartial(_root) ?? await LearnAsync().ConfigureAwait(false);
        _blob.RequireSpace();
        do
        {
            await CopySharedAsync(_blob).ConfigureAwait(false);
            await RunPhaseAsync(new LeafPhase(_blob, _options)).ConfigureAwait(false);
            // A chunk that stands twice in the file came once.
            await CopySharedAsync(_blob).ConfigureAwait(false);
        }
        while (!await _blob.TryCompleteAsync(_stop.Token).ConfigureAwait(false));

        _store.Pin(_root);
        Report();
        return new FetchReport
        {
            Path = _store.TryGetPath(_root, out string path) ? path : "",
            Size = _blob.Leaves.FileSize,
            BytesReceived = _allLinks.Sum(link => link.Bytes),
            BytesShared = _shared,
            BytesResumed = _blob.BytesResumed,
            Peers = [.. _allLinks.Select(link => link.Outcome)],
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _ticker.DisposeAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _search.DisposeAsync().ConfigureAwait(false);
        foreach (PeerLink link in _allLinks)
        {
            await link.DisposeAsync().ConfigureAwait(false);
        }

        if (_blob is not null)
        {
            await _blob.DisposeAsync().ConfigureAwait(false);
        }

        _stop.Dispose();
    }

    private async Task<PartialBlob> LearnAsync()
    {
        var nodes = new NodePhase(_root, _hash, _store.Options.Limits, _options);
        await RunPhaseAsync(nodes).ConfigureAwait(false);
        if (nodes.SingleLeaf is not { } only)
        {
            LeafList leaves = nodes.Walker.Finish();
            return _store.BeginPartial(_root, leaves, nodes.Walker.Nodes);
        }

        if (only.Length == 0)
        {
            throw new ContentException(ContentError.EmptyFile, $"{_root} is an empty file; there is nothing to fetch.");
        }

        var leaf = new LeafList();
        leaf.Add(_hash, only.Length);
        PartialBlob blob = _store.BeginPartial(_root, leaf, []);
        blob.Write(0, only);
        return blob;
    }

    private async Task CopySharedAsync(PartialBlob blob) =>
        _shared += await Task.Run(() => blob.CopyFromOthers(_stop.Token), _stop.Token).ConfigureAwait(false);

    private async Task RunPhaseAsync(FetchPhase phase)
    {
        _phase = phase;
        foreach (PeerLink link in _links.Values.Where(link => link.Have is not null).ToList())
        {
            Admit(link);
        }

        while (!phase.Session.IsDone)
        {
            Act(phase);
            RequireHope();
            FetchEvent next = await _events.Reader.ReadAsync(_stop.Token).ConfigureAwait(false);
            do
            {
                Apply(next);
            }
            while (_events.Reader.TryRead(out next!));
        }
    }

    private void Apply(FetchEvent happened)
    {
        switch (happened)
        {
            case FetchEvent.Found found:
                Connect(found.Peer);
                break;
            case FetchEvent.NoMoreProviders over:
                _isSearchOver = true;
                _searchFailure = over.Failure;
                break;
            case FetchEvent.Have have:
                Admit(have.Link);
                break;
            case FetchEvent.Delivered delivered when delivered.Phase == _phase:
                _phase.Session.Delivered(delivered.Link.Id, delivered.Item, Now);
                _phase.OnStored(delivered.Item);
                break;
            case FetchEvent.Lacking lacking when lacking.Phase == _phase:
                _phase.Session.Lacks(lacking.Link.Id, lacking.Item);
                break;
            case FetchEvent.Ended ended:
                Leave(ended.Link);
                break;
            case FetchEvent.Broken broken:
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(broken.Failure);
                break;
            case FetchEvent.Tick:
                Report();
                break;
        }
    }

    private void Connect(PeerId peer)
    {
        var link = new PeerLink(_allLinks.Count, peer, _root, _open, _events.Writer, _options.Time);
        _allLinks.Add(link);
        _links.Add(link.Id, link);
        link.Start();
    }

    private void Admit(PeerLink link)
    {
        if (!_links.ContainsKey(link.Id) || link.Have is not { } have || _phase is not { } phase)
        {
            return;
        }

        ChunkBitmap? leaves = null;
        if (have.Extent == Have.Types.Extent.Part && _blob is { } blob)
        {
            leaves = ChunkBitmap.FromBytes(have.Leaves.Span, blob.Leaves.Count);
            if (leaves is null)
            {
                link.GiveUp($"it sent {have.Leaves.Length} bytes of bitmap for {blob.Leaves.Count} leaves", misbehaved: true);
                return;
            }
        }

        ChunkBitmap? items = phase.Translate(leaves);
        if (phase.Session.Knows(link.Id))
        {
            phase.Session.UpdatePeer(link.Id, items, Now);
        }
        else
        {
            phase.Session.AddPeer(link.Id, items, Now);
        }
    }

    private void Leave(PeerLink link)
    {
        if (_links.Remove(link.Id))
        {
            LogLeft(link.Peer, link.Failure ?? "", link.Bytes);
            _phase?.Session.RemovePeer(link.Id);
            _search.MakeRoom();
        }
    }

    private void Act(FetchPhase phase)
    {
        foreach (PeerLink link in _links.Values)
        {
            phase.Session.Heard(link.Id, _options.Time.GetElapsedTime(0, link.LastByteAt));
            if (link is { Have: null, OpenedAt: >= 0 and var opened }
                && _options.Time.GetElapsedTime(opened) > _options.StallTimeout)
            {
                link.GiveUp($"it did not say what it has within {_options.StallTimeout.TotalSeconds:0.#} s");
            }
        }

        foreach (SessionAction action in phase.Session.Plan(Now))
        {
            // A peer may have left since the session spoke of it.
            if (!_links.TryGetValue(action.Peer, out PeerLink? link))
            {
                continue;
            }

            switch (action)
            {
                case SessionAction.Request request:
                    link.Want(phase, request.Items);
                    break;
                case SessionAction.Cancel cancel:
                    link.Cancel(phase, cancel.Item);
                    break;
                case SessionAction.AskHave:
                    link.AskHave();
                    break;
                case SessionAction.Drop drop:
                    link.GiveUp(drop.Reason);
                    break;
            }
        }
    }

    private void RequireHope()
    {
        if (!_isSearchOver || _links.Count > 0)
        {
            return;
        }

        PeerOutcome[] peers = [.. _allLinks.Select(link => link.Outcome)];
        string search = _searchFailure is null ? "" : $" The search for providers failed: {_searchFailure}";
        if (peers.Length == 0)
        {
            throw new FetchFailedException(
                ContentError.NoProviders,
                $"No provider of {_root} is known.{search} Is the CID right, and is a node that has it online?", peers);
        }

        string reasons = string.Join("; ", peers.Select(peer => $"{peer.Peer.ToShortString()}: {peer.Failure}"));
        throw new FetchFailedException(
            ContentError.AllProvidersFailed,
            $"{_root} can't be fetched; {peers.Length} provider(s) failed: {reasons}.{search} What came is kept.", peers);
    }

    private void Report()
    {
        if (_progress is null)
        {
            return;
        }

        LeafList? leaves = _blob?.Leaves;
        _progress.Report(new FetchProgress
        {
            BytesDone = _blob?.BytesPresent ?? 0,
            BytesTotal = leaves?.FileSize ?? 0,
            BytesReceived = _allLinks.Sum(link => link.Bytes),
            BytesShared = _shared,
            ChunksDone = _blob?.ChunksPresent ?? 0,
            ChunksTotal = leaves?.Count ?? 0,
            Peers = _phase?.Session.PeerCount ?? 0,
        });
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Provider {Peer} left after {Bytes} bytes: {Reason}")]
    private partial void LogLeft(PeerId peer, string reason, long bytes);
}
