using Infernet.ContentStore.Chunking;
using Infernet.Core.Multiformats;
using Microsoft.Win32.SafeHandles;

namespace Infernet.ContentStore.Blobs;

// How a local file becomes a blob.
public sealed partial class BlobStore
{
    /// <summary>Cuts a file into chunks, builds its DAG and keeps it, pinned. A file that is here already stays as it is.</summary>
    /// <exception cref="ContentException">The file can't be added; <see cref="ContentException.Error"/> says why.</exception>
    public async Task<BlobInfo> AddFileAsync(
        string path, AddMode mode, IProgress<AddProgress>? progress, CancellationToken cancellationToken)
    {
        var source = SourceFile.Examine(path);
        if (mode == AddMode.Copy)
        {
            RequireSpace(source.Length);
        }

        BlobFolder temporary = MakeTemporary();
        try
        {
            FileImporter.Imported imported = await ImportAsync(source, temporary, mode, progress, cancellationToken)
                .ConfigureAwait(false);
            source.RequireUnchanged(imported.Leaves.FileSize);
            return Keep(temporary, imported);
        }
        catch (IOException full) when (DiskSpace.IsFull(full))
        {
            throw DiskSpace.NotEnough(
                _options.Directory, source.Length, _options.FreeSpace(_options.Directory), full);
        }
        finally
        {
            DeleteFolder(temporary.Path);
        }
    }

    private async Task<FileImporter.Imported> ImportAsync(
        SourceFile source, BlobFolder temporary, AddMode mode, IProgress<AddProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (mode == AddMode.Link)
        {
            DurableFiles.HardLink(source.RealPath, temporary.Data);
        }

        using SafeFileHandle input = source.Open();
        using SafeFileHandle? copy = mode == AddMode.Copy
            ? File.OpenHandle(temporary.Data, FileMode.CreateNew, FileAccess.Write)
            : null;
        int threads = _options.HashThreads == 0 ? Environment.ProcessorCount : _options.HashThreads;
        var importer = new FileImporter(new Chunker(_options.Chunking), threads);
        FileImporter.Imported imported = await importer.RunAsync(
            input, copy, done => progress?.Report(new AddProgress(done, source.Length)), cancellationToken)
            .ConfigureAwait(false);
        if (copy is not null)
        {
            await Task.Run(() => RandomAccess.FlushToDisk(copy), cancellationToken).ConfigureAwait(false);
        }

        return imported;
    }

    private BlobInfo Keep(BlobFolder temporary, FileImporter.Imported imported)
    {
        Cid root = imported.Root.Cid;
        if (Find(root) is { IsComplete: true })
        {
            Pin(root);
            return Stat(root)!;
        }

        DurableFiles.WriteWhole(temporary.Index, BlobIndexFile.Encode(root, imported.Leaves, imported.Nodes));
        DurableFiles.WriteWhole(temporary.Pin, []);
        var folder = new BlobFolder(_options.Directory, root);
        List<BlobEntry> replaced = [];
        BlobInfo added;
        lock (_lock)
        {
            // A download of the same file that was not finished has no purpose any more.
            if (_entries.TryGetValue(root, out BlobEntry? there))
            {
                RequireIdle(there);
                if (there.IsComplete)
                {
                    return there.Describe();
                }

                replaced.Add(there);
                BuryLocked(replaced);
            }

            DeleteFolder(folder.Path);
            Directory.Move(temporary.Path, folder.Path);
            DurableFiles.FlushDirectory(_options.Directory);
            var entry = new BlobEntry(folder, BlobIndexFile.Read(folder.Index), present: null);
            _entries[root] = entry;
            Catalog.Add(entry);
            added = entry.Describe();
        }

        DeleteBuried(replaced);
        return added;
    }

    private void RequireSpace(long needed)
    {
        long free = _options.FreeSpace(_options.Directory);
        if (needed > free)
        {
            throw DiskSpace.NotEnough(_options.Directory, needed, free);
        }
    }

    private BlobFolder MakeTemporary() => new(Directory.CreateDirectory(TemporaryPath()).FullName);
}
