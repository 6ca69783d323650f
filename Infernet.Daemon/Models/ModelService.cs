using System.Collections.Concurrent;
using Infernet.ContentStore.Blobs;
using Infernet.ContentStore.Exchange;
using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Execution.Llama;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Models;

/// <summary>The models of this node: in the store, loaded, and offered to others.</summary>
public sealed partial class ModelService : IAsyncDisposable
{
    private readonly BlobStore _blobs;
    private readonly ModelFetcher _fetcher;
    private readonly ModelAnnouncer _announcer;
    private readonly EnginePool _engines;
    private readonly ModelNames _names;
    private readonly bool _serve;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<Cid, bool> _busy = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _restoring = Task.CompletedTask;

    internal ModelService(
        ModelCatalog catalog, BlobStore blobs, ModelFetcher fetcher, ModelAnnouncer announcer, EnginePool engines,
        ModelNames names, bool serve, ILogger log)
    {
        Catalog = catalog;
        (_blobs, _fetcher, _announcer, _engines, _names) = (blobs, fetcher, announcer, engines, names);
        (_serve, _log) = (serve, log);
    }

    internal ModelCatalog Catalog { get; }

    /// <summary>Chunks a file into the store; then loads and announces it if asked to.</summary>
    public IAsyncEnumerable<ModelProgress> AddAsync(AddModelRequest request, CancellationToken cancellationToken) =>
        ProgressStream.RunAsync((progress, stop) => AddAsync(request, progress, stop), cancellationToken);

    /// <summary>Fetches a model from the peers that have it; goes on where an earlier fetch stopped.</summary>
    public IAsyncEnumerable<ModelProgress> PullAsync(PullModelRequest request, CancellationToken cancellationToken) =>
        ProgressStream.RunAsync((progress, stop) => PullAsync(request, progress, stop), cancellationToken);

    public IReadOnlyList<ModelStatus> List() => [.. Catalog.All().Select(e => e.ToStatus())];

    /// <summary>Stops serving a model and deletes it from the store.</summary>
    /// <exception cref="ApiException">There is no such model, or it is being added or fetched.</exception>
    public async Task<ModelStatus> RemoveAsync(string model, CancellationToken cancellationToken)
    {
        ModelEntry entry = Catalog.Get(model);
        using IDisposable turn = Take(entry.Root, entry.Alias);
        _announcer.Withdraw(entry.Root);
        await _engines.UnloadAsync(entry.Root).ConfigureAwait(false);
        await Catalog.RemoveAsync(entry.Root, cancellationToken).ConfigureAwait(false);
        await _blobs.RemoveAsync(entry.Root, cancellationToken).ConfigureAwait(false);
        return entry.ToStatus();
    }

    /// <summary>Brings back what was there before a restart: loads what was served, goes on with what was being fetched.</summary>
    internal void Restore() => _restoring = Task.Run(() => RestoreAsync(_stopping.Token));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _restoring.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _announcer.DisposeAsync().ConfigureAwait(false);
        await _engines.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task<ModelStatus> AddAsync(
        AddModelRequest request, IProgress<ModelProgress> progress, CancellationToken cancellationToken)
    {
        if (!Path.IsPathFullyQualified(request.Path))
        {
            throw new ApiException("invalid", $"path: must be absolute, is '{request.Path}'");
        }

        string alias = ModelAlias.Require(request.Alias ?? ModelAlias.FromFile(request.Path));
        RefuseOtherFiles(request.Path);
        BlobInfo blob = await _blobs.AddFileAsync(
            request.Path, request.Link ? AddMode.Link : AddMode.Copy, new AddReporter(progress), cancellationToken)
            .ConfigureAwait(false);
        using IDisposable turn = Take(blob.Root, alias);
        ModelEntry? known = Catalog.Find(blob.Root);
        await Catalog.SaveAsync(
            new ModelEntry
            {
                Root = blob.Root, Alias = alias, SizeBytes = blob.Size, Serve = request.Serve,
                State = known?.Loaded is null ? ModelState.Ready : ModelState.Serving, Loaded = known?.Loaded,
            },
            complete: true, cancellationToken).ConfigureAwait(false);
        return await OfferAsync(blob.Root, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ModelStatus> PullAsync(
        PullModelRequest request, IProgress<ModelProgress> progress, CancellationToken cancellationToken)
    {
        Cid root = _names.Resolve(request.Model);
        ModelEntry? known = Catalog.Find(root);
        string alias = request.Alias is { } wanted ? ModelAlias.Require(wanted) : known?.Alias ?? DefaultAlias(root);
        using IDisposable turn = Take(root, alias);
        var entry = new ModelEntry
        {
            Root = root, Alias = alias, SizeBytes = known?.SizeBytes ?? 0, Serve = request.Serve,
            State = known?.Loaded is null ? ModelState.Fetching : ModelState.Serving, Loaded = known?.Loaded,
        };
        await Catalog.SaveAsync(entry, complete: _blobs.TryGetPath(root, out _), cancellationToken).ConfigureAwait(false);
        try
        {
            await FetchAsync(root, progress, cancellationToken).ConfigureAwait(false);
        }
        catch when (known is null && _blobs.Stat(root) is null)
        {
            // Nobody had any of it: there is nothing to go on with, and nothing to show.
            await Catalog.RemoveAsync(root, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return await OfferAsync(root, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task FetchAsync(Cid root, IProgress<ModelProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            FetchReport report = await _fetcher.FetchAsync(root, progress, cancellationToken).ConfigureAwait(false);
            if (Catalog.Find(root) is { } fetched)
            {
                ModelState state = fetched.Loaded is null ? ModelState.Ready : ModelState.Serving;
                await Catalog.SaveAsync(
                    fetched with { SizeBytes = report.Size, State = state, Detail = null },
                    complete: true, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            string detail = ModelErrors.Describe(failure)?.Message ?? "interrupted; 'infernet model pull' goes on with it";
            Catalog.Update(root, e => e with { State = ModelState.Failed, Detail = detail });
            throw;
        }
    }

    // What this node has, it shares; what it serves, it loads first, so that nobody is sent to it in vain.
    private async Task<ModelStatus> OfferAsync(
        Cid root, IProgress<ModelProgress>? progress, CancellationToken cancellationToken)
    {
        await _announcer.HasAsync(root, cancellationToken).ConfigureAwait(false);
        if (_serve && Catalog.Find(root) is { Serve: true } entry)
        {
            await _engines.LoadAsync(
                root, progress is null ? null : new LoadReporter(progress, entry.SizeBytes), cancellationToken)
                .ConfigureAwait(false);
            await _announcer.ServesAsync(root, cancellationToken).ConfigureAwait(false);
        }

        return Catalog.Get(root.ToString()).ToStatus();
    }

    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        foreach (ModelEntry entry in Catalog.All())
        {
            try
            {
                using IDisposable turn = Take(entry.Root, entry.Alias);
                if (!_blobs.TryGetPath(entry.Root, out _))
                {
                    await FetchAsync(entry.Root, null, cancellationToken).ConfigureAwait(false);
                }

                await OfferAsync(entry.Root, null, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (ModelErrors.Describe(failure) is { } error)
            {
                LogNotRestored(entry.Alias, error.Message);
            }
        }
    }

    // What is in the store is shared with everybody, so a file that was named by mistake must not get there. What is no
    // regular file, or empty, the store itself refuses.
    private static void RefuseOtherFiles(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > 0 })
        {
            ModelFile.Check(path);
        }
    }

    private string DefaultAlias(Cid root)
    {
        string? name = _names.NameOf(root);
        return name is not null && Catalog.FindAlias(name) is null ? ModelAlias.Require(name) : ModelAlias.Distinct(name, root);
    }

    private Turn Take(Cid root, string alias) => _busy.TryAdd(root, true)
        ? new Turn(_busy, root)
        : throw new ApiException("conflict", $"The model {alias} is being added, fetched or removed; try again later");

    [LoggerMessage(Level = LogLevel.Warning, Message = "The model {Alias} is not served: {Reason}")]
    private partial void LogNotRestored(string alias, string reason);

    private sealed class Turn(ConcurrentDictionary<Cid, bool> busy, Cid root) : IDisposable
    {
        public void Dispose() => busy.TryRemove(root, out _);
    }

    private sealed class AddReporter(IProgress<ModelProgress> progress) : IProgress<AddProgress>
    {
        public void Report(AddProgress value) => progress.Report(new ModelProgress
        {
            Stage = "chunking", DoneBytes = value.BytesDone, TotalBytes = value.BytesTotal,
        });
    }

    private sealed class LoadReporter(IProgress<ModelProgress> progress, long size) : IProgress<float>
    {
        public void Report(float value) => progress.Report(new ModelProgress
        {
            Stage = "loading", DoneBytes = (long)(value * size), TotalBytes = size,
        });
    }
}
