using Infernet.ContentStore.Dag;
using Infernet.Core.Multiformats;
using Microsoft.Extensions.Logging;

namespace Infernet.ContentStore.Blobs;

/// <summary>
/// Blobs on disk: each one a directory named by its root CID, with the file itself in it, ready to be mapped, its
/// chunk index beside it, and, while it is being fetched, a journal of the chunks that are there. One process at a
/// time; thread-safe within it.
/// </summary>
public sealed partial class BlobStore : IAsyncDisposable
{
    private readonly BlobStoreOptions _options;
    private readonly ILogger<BlobStore> _logger;
    private readonly FileStream _processLock;
    private readonly Lock _lock = new();
    private readonly Dictionary<Cid, BlobEntry> _entries = [];
    private long _temporaries;

    private BlobStore(BlobStoreOptions options, FileStream processLock, ILogger<BlobStore> logger)
    {
        _options = options;
        _processLock = processLock;
        _logger = logger;
    }

    /// <summary>Finds blocks by hash over all blobs.</summary>
    internal BlockCatalog Catalog { get; } = new();

    internal BlobStoreOptions Options => _options;

    /// <summary>Opens the store, takes its lock, and loads the indexes of what lies there.</summary>
    /// <exception cref="ContentException">Another process has the store open.</exception>
    public static BlobStore Open(BlobStoreOptions options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        options.Validate();
        Directory.CreateDirectory(options.Directory);
        FileStream processLock = StoreLock.Take(options.Directory);
        try
        {
            var store = new BlobStore(options, processLock, loggers.CreateLogger<BlobStore>());
            store.Load();
            return store;
        }
        catch
        {
            processLock.Dispose();
            throw;
        }
    }

    /// <summary>The file of a whole blob, to be read or mapped; false (and no path) if it is not here or not whole.</summary>
    public bool TryGetPath(Cid root, out string path)
    {
        path = Find(root) is { IsComplete: true } entry ? entry.Folder.Data : "";
        return path.Length > 0;
    }

    /// <summary>Every blob, whole or partial, ordered by CID.</summary>
    public IReadOnlyList<BlobInfo> List() => [.. Entries()
        .Select(entry => entry.Describe())
        .OrderBy(blob => blob.Root.ToString(), StringComparer.Ordinal)];

    /// <summary>One blob, whole or partial; null if nothing of it is here.</summary>
    public BlobInfo? Stat(Cid root) => Find(root)?.Describe();

    /// <summary>Keeps a blob (also one that is still being fetched) from garbage collection.</summary>
    /// <exception cref="ContentException">Nothing of it is here.</exception>
    public void Pin(Cid root)
    {
        BlobEntry entry = Require(root);
        lock (_lock)
        {
            DurableFiles.WriteWhole(entry.Folder.Pin, []);
            entry.IsPinned = true;
        }
    }

    /// <summary>Leaves a blob to garbage collection.</summary>
    /// <exception cref="ContentException">Nothing of it is here.</exception>
    public void Unpin(Cid root)
    {
        BlobEntry entry = Require(root);
        lock (_lock)
        {
            File.Delete(entry.Folder.Pin);
            entry.IsPinned = false;
        }
    }

    /// <summary>Closes the files and gives up the lock. Fetches must have ended.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (BlobEntry entry in Entries())
        {
            entry.Dispose();
        }

        return _processLock.DisposeAsync();
    }

    /// <summary>Reads a block that any blob here has, and checks it; false if none has it (intact).</summary>
    internal bool TryRead(BlockHash hash, Span<byte> destination, out int length)
    {
        length = 0;
        if (!TryLocate(hash, out StoredBlock block) || !block.Read(destination))
        {
            return false;
        }

        length = block.Length;
        return BlockHash.Of(destination[..length]).Equals(hash);
    }

    /// <summary>Where a block lies that any blob here has.</summary>
    internal bool TryLocate(BlockHash hash, out StoredBlock block)
    {
        block = default;
        try
        {
            bool found = Catalog.TryFind(hash, out BlockPlace place);
            if (found)
            {
                block = place.Blob.Locate(place);
            }

            return found;
        }
        catch (Exception gone) when (gone is ObjectDisposedException or IOException)
        {
            LogUnreadable(hash, gone.Message);
            return false;
        }
    }

    /// <summary>What is here of a blob: null if nothing is; otherwise whether all, or which leaves.</summary>
    internal (bool All, ChunkBitmap? Leaves)? WhatIsHere(Cid root)
    {
        lock (_lock)
        {
            // Leaves of a download that nobody goes on with were not hashed by this process, so they don't count.
            return !_entries.TryGetValue(Normalise(root), out BlobEntry? entry) || entry is { IsComplete: false, IsBusy: false }
                ? null
                : (entry.IsComplete, entry.Present);
        }
    }

    private void Load()
    {
        foreach (string directory in Directory.EnumerateDirectories(_options.Directory))
        {
            string name = Path.GetFileName(directory);
            if (name.StartsWith(BlobFolder.TemporaryPrefix, StringComparison.Ordinal))
            {
                DeleteFolder(directory);
            }
            else if (Cid.TryParse(name, out Cid root) && BlockHash.TryFrom(root, out _))
            {
                LoadBlob(new BlobFolder(directory));
            }
        }
    }

    private void LoadBlob(BlobFolder folder)
    {
        try
        {
            BlobIndex index = BlobIndexFile.Read(folder.Index);
            bool complete = File.Exists(folder.Data) && new FileInfo(folder.Data).Length == index.Leaves.FileSize;
            ChunkBitmap? present = null;
            if (!complete)
            {
                present = new ChunkBitmap(index.Leaves.Count);
                foreach (int chunk in ChunkJournal.Peek(folder.Journal, index.Leaves.Count))
                {
                    present.Set(chunk);
                }
            }

            var entry = new BlobEntry(folder, index, present);
            _entries[entry.Root] = entry;
            if (complete)
            {
                Catalog.Add(entry);
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            LogSkipped(folder.Path, unreadable.Message);
        }
    }

    private string TemporaryPath() => Path.Combine(
        _options.Directory, $"{BlobFolder.TemporaryPrefix}{Interlocked.Increment(ref _temporaries)}");

    private BlobEntry? Find(Cid root)
    {
        lock (_lock)
        {
            return _entries.GetValueOrDefault(Normalise(root));
        }
    }

    // A version 0 CID names the same block as the version 1 CID that the blob is kept under.
    private static Cid Normalise(Cid root) =>
        BlockHash.TryFrom(root, out BlockHash hash) ? hash.ToCid(root.Codec) : root;

    private BlobEntry Require(Cid root) => Find(root) ?? throw new ContentException(
        ContentError.NoSuchBlob, $"The store has no blob {root}; add the file or fetch it first.");

    private List<BlobEntry> Entries()
    {
        lock (_lock)
        {
            return [.. _entries.Values];
        }
    }

    private static void DeleteFolder(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Left out of the store: {Path}: {Reason}")]
    private partial void LogSkipped(string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Block {Hash} can't be read: {Reason}")]
    private partial void LogUnreadable(BlockHash hash, string reason);
}
