using Infernet.ContentStore.Dag;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Blobs;

// What the exchange does to the store: downloads that come and go.
public sealed partial class BlobStore
{
    /// <summary>Goes on with a download whose DAG is known from before; null if there is none.</summary>
    /// <exception cref="ContentException">Another fetch is at it.</exception>
    internal PartialBlob? ResumePartial(Cid root)
    {
        BlobEntry? entry;
        lock (_lock)
        {
            entry = _entries.GetValueOrDefault(Normalise(root));
            if (entry is not { IsComplete: false })
            {
                return null;
            }

            TakeLocked(entry);
        }

        return OpenPartial(entry);
    }

    /// <summary>Begins a download whose DAG was just learnt.</summary>
    internal PartialBlob BeginPartial(Cid root, LeafList leaves, IReadOnlyList<DagNode> nodes)
    {
        var folder = new BlobFolder(_options.Directory, root);
        BlobEntry entry;
        lock (_lock)
        {
            DeleteFolder(folder.Path);
            Directory.CreateDirectory(folder.Path);
            WriteIndex(folder, root, leaves, nodes);
            DurableFiles.FlushDirectory(_options.Directory);
            entry = new BlobEntry(folder, BlobIndexFile.Read(folder.Index), new ChunkBitmap(leaves.Count));
            TakeLocked(entry);
            _entries[entry.Root] = entry;
        }

        return OpenPartial(entry);
    }

    /// <summary>The writer of a download is gone. The chunks that it brought were verified and are still served.</summary>
    internal void EndPartial(BlobEntry entry)
    {
        lock (_lock)
        {
            entry.IsBusy = false;
        }
    }

    private PartialBlob OpenPartial(BlobEntry entry)
    {
        try
        {
            return new PartialBlob(this, entry, _options);
        }
        catch (IOException failed)
        {
            EndPartial(entry);
            if (!DiskSpace.IsFull(failed))
            {
                throw;
            }

            throw DiskSpace.NotEnough(
                entry.Folder.Path, entry.Index.Leaves.FileSize, _options.FreeSpace(_options.Directory), failed);
        }
    }

    private void WriteIndex(BlobFolder folder, Cid root, LeafList leaves, IReadOnlyList<DagNode> nodes)
    {
        byte[] index = BlobIndexFile.Encode(root, leaves, nodes);
        try
        {
            DurableFiles.WriteWhole(folder.Index, index);
        }
        catch (IOException full) when (DiskSpace.IsFull(full))
        {
            DeleteFolder(folder.Path);
            throw DiskSpace.NotEnough(
                _options.Directory, index.Length + leaves.FileSize, _options.FreeSpace(_options.Directory), full);
        }
    }

    private static void TakeLocked(BlobEntry entry)
    {
        if (entry.IsBusy)
        {
            throw new ContentException(ContentError.Busy, $"{entry.Root} is being fetched already.");
        }

        entry.IsBusy = true;
    }
}
