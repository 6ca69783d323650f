using Infernet.Core.Multiformats;
using Microsoft.Extensions.Logging;

namespace Infernet.ContentStore.Blobs;

/// <summary>Blobs on disk.</summary>
public sealed class BlobStore : IAsyncDisposable
{
    /// <summary>Opens the store, takes its lock, and loads the indexes of what lies there.</summary>
    /// <exception cref="ContentException">Another process has the store open.</exception>
    public static BlobStore Open(BlobStoreOptions options, ILoggerFactory loggers) => throw new NotImplementedException();

    /// <summary>Cuts a file into chunks, builds its DAG and keeps it, pinned. A file that is here already stays as it is.</summary>
    /// <exception cref="ContentException">The file can't be added; <see cref="ContentException.Error"/> says why.</exception>
    public Task<BlobInfo> AddFileAsync(
        string path, AddMode mode, IProgress<AddProgress>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>The file of a whole blob, to be read or mapped; false if it is not here or not whole.</summary>
    public bool TryGetPath(Cid root, out string path) => throw new NotImplementedException();

    /// <summary>Every blob, whole or partial, ordered by CID.</summary>
    public IReadOnlyList<BlobInfo> List() => throw new NotImplementedException();

    /// <summary>One blob, whole or partial; null if nothing of it is here.</summary>
    public BlobInfo? Stat(Cid root) => throw new NotImplementedException();

    /// <summary>Keeps a blob (also one that is still being fetched) from garbage collection.</summary>
    /// <exception cref="ContentException">Nothing of it is here.</exception>
    public void Pin(Cid root) => throw new NotImplementedException();

    /// <summary>Leaves a blob to garbage collection.</summary>
    /// <exception cref="ContentException">Nothing of it is here.</exception>
    public void Unpin(Cid root) => throw new NotImplementedException();

    /// <summary>Removes a blob, whole or partial, pinned or not; false if it was not here.</summary>
    /// <exception cref="ContentException">It is being fetched.</exception>
    public Task<bool> RemoveAsync(Cid root, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Removes every blob that is neither pinned nor being fetched; a dry run only says which.</summary>
    public Task<CollectionReport> CollectGarbageAsync(bool dryRun, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Closes the files and gives up the lock.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
