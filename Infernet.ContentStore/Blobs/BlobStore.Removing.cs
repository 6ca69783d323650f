using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Blobs;

// How blobs go. One dies by being renamed; what is left of it after a crash is swept when the store opens.
public sealed partial class BlobStore
{
    /// <summary>Removes a blob, whole or partial, pinned or not; false if it was not here.</summary>
    /// <exception cref="ContentException">It is being fetched.</exception>
    public Task<bool> RemoveAsync(Cid root, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            List<BlobEntry> dead = [];
            lock (_lock)
            {
                if (_entries.TryGetValue(Normalise(root), out BlobEntry? entry))
                {
                    RequireIdle(entry);
                    dead.Add(entry);
                    BuryLocked(dead);
                }
            }

            DeleteBuried(dead);
            return dead.Count > 0;
        },
        cancellationToken);

    /// <summary>Removes every blob that is neither pinned nor being fetched; a dry run only says which.</summary>
    public Task<CollectionReport> CollectGarbageAsync(bool dryRun, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            List<BlobEntry> garbage;
            CollectionReport report;
            lock (_lock)
            {
                garbage = [.. _entries.Values.Where(entry => entry is { IsPinned: false, IsBusy: false })];
                report = new CollectionReport(
                    [.. garbage.Select(entry => entry.Root)],
                    garbage.Sum(entry => entry.Describe().BytesPresent));
                if (dryRun)
                {
                    return report;
                }

                BuryLocked(garbage);
            }

            DeleteBuried(garbage);
            return report;
        },
        cancellationToken);

    private static void RequireIdle(BlobEntry entry)
    {
        if (entry.IsBusy)
        {
            throw new ContentException(
                ContentError.Busy, $"{entry.Root} is being fetched; cancel that first, or wait until it is here.");
        }
    }

    private void BuryLocked(List<BlobEntry> entries)
    {
        foreach (BlobEntry entry in entries)
        {
            string grave = TemporaryPath();
            Directory.Move(entry.Folder.Path, grave);
            entry.Grave = grave;
            _entries.Remove(entry.Root);
        }

        DurableFiles.FlushDirectory(_options.Directory);
        Catalog.Rebuild(_entries.Values.Where(entry => entry.IsComplete || entry.IsBusy));
    }

    private static void DeleteBuried(List<BlobEntry> entries)
    {
        foreach (BlobEntry entry in entries)
        {
            entry.Dispose();
            DeleteFolder(entry.Grave!);
        }
    }
}
