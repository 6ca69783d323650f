using Infernet.Core.Multiformats;
using Microsoft.Win32.SafeHandles;

namespace Infernet.ContentStore.Blobs;

/// <summary>
/// One blob of an open store: its index, its files, and which chunks are here. Files are opened when something is
/// first read. The store's lock guards the flags.
/// </summary>
internal sealed class BlobEntry(BlobFolder folder, BlobIndex index, ChunkBitmap? present) : IDisposable
{
    private readonly Lock _files = new();
    private SafeFileHandle? _data;
    private SafeFileHandle? _index;
    private bool _disposed;

    public BlobFolder Folder { get; } = folder;

    public BlobIndex Index { get; } = index;

    public Cid Root => Index.Root;

    /// <summary>Null for a whole blob; the chunks that were verified for one being fetched.</summary>
    public ChunkBitmap? Present { get; set; } = present;

    public bool IsComplete => Present is null;

    public bool IsPinned { get; set; } = File.Exists(folder.Pin);

    /// <summary>A fetch writes into it.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Where its directory was moved to be deleted; null while it is in the store.</summary>
    public string? Grave { get; set; }

    public BlobInfo Describe() => new()
    {
        Root = Root,
        Size = Index.Leaves.FileSize,
        BytesPresent = BytesPresent(),
        Chunks = Index.Leaves.Count,
        IsComplete = IsComplete,
        IsPinned = IsPinned,
        Path = IsComplete ? Folder.Data : Folder.Partial,
    };

    /// <summary>Where a block lies: a leaf in the data, a node in the index file.</summary>
    public StoredBlock Locate(BlockPlace place)
    {
        if (place.IsNode)
        {
            NodePlace node = Index.Nodes[place.Number];
            return new StoredBlock(OpenIndex(), node.Offset, node.Length);
        }

        return new StoredBlock(OpenData(), Index.Leaves.OffsetOf(place.Number), Index.Leaves.SizeOf(place.Number));
    }

    /// <summary>Uses a handle that a fetch opened for writing, also after the file got its final name.</summary>
    public void Adopt(SafeFileHandle data)
    {
        lock (_files)
        {
            _data?.Dispose();
            _data = data;
        }
    }

    public void Dispose()
    {
        lock (_files)
        {
            _disposed = true;
            _data?.Dispose();
            _index?.Dispose();
        }
    }

    private long BytesPresent()
    {
        if (Present is not { } present)
        {
            return Index.Leaves.FileSize;
        }

        long bytes = 0;
        for (int i = 0; i < present.Count; i++)
        {
            bytes += present[i] ? Index.Leaves.SizeOf(i) : 0;
        }

        return bytes;
    }

    private SafeFileHandle OpenData()
    {
        lock (_files)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _data ??= File.OpenHandle(
                Folder.Data, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
        }
    }

    private SafeFileHandle OpenIndex()
    {
        lock (_files)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _index ??= File.OpenHandle(
                Folder.Index, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
    }
}
