using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Blobs;

// How blobs go.
public sealed partial class BlobStore
{
    /// <summary>Removes a blob, whole or partial, pinned or not; false if it was not here.</summary>
    /// <exception cref="ContentException">It is being fetched.</exception>
    public Task<bool> RemoveAsync(Cid root, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            if (Find(root) is not { } entry)
            {
                return false;
            }

            Remove([entry]);
            return true;
        },
        cancellationToken);

    /// <summary>Removes every blob that is neither pinned nor being fetched; a dry run only says which.</summary>
    public Task<CollectionReport> CollectGarbageAsync(bool dryRun, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            List<BlobEntry> garbage = [.. Entries().Where(entry => entry is { IsPinned: false, IsBusy: false })];
            var report = new CollectionReport(
                [.. garbage.Select(entry => entry.Root)],
                garbage.Sum(entry => entry.Describe().BytesPresent));
            if (!dryRun)
            {
                Remove(garbage);
            }

            return report;
        },
        cancellationToken);

    // A blob dies by being renamed; what is left of it after a crash is swept when the store opens.
    private void Remove(IReadOnlyList<BlobEntry> entries)
    {
        var dead = new List<string>();
        lock (_lock)
        {
            if (entries.FirstOrDefault(entry => entry.IsBusy) is { } busy)
            {
                throw new ContentException(
                    ContentError.Busy, $"{busy.Root} is being fetched; cancel that first, or wait until it is here.");
            }

            foreach (BlobEntry entry in entries)
            {
                string grave = TemporaryPath();
                Directory.Move(entry.Folder.Path, grave);
                dead.Add(grave);
                _entries.Remove(entry.Root);
            }

            DurableFiles.FlushDirectory(_options.Directory);
            Catalog.Rebuild(_entries.Values.Where(entry => entry.IsComplete || entry.IsBusy));
        }

        foreach (BlobEntry entry in entries)
        {
            entry.Dispose();
        }

        dead.ForEach(DeleteFolder);
    }
}
