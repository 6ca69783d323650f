using System.Buffers;
using Infernet.ContentStore.Dag;
using Microsoft.Win32.SafeHandles;

namespace Infernet.ContentStore.Blobs;

/// <summary>
/// A download in the store: takes verified chunks in any order and from several threads, and becomes a whole blob
/// when none is missing. Disposing it keeps what is there for the next attempt.
/// </summary>
internal sealed class PartialBlob : IAsyncDisposable
{
    private readonly BlobStore _store;
    private readonly BlobEntry _entry;
    private readonly SafeFileHandle _data;
    private readonly ChunkJournal _journal;
    private readonly ChunkBitmap _present;
    private readonly long _checkpointBytes;
    private readonly Func<string, long> _freeSpace;
    private readonly Lock _lock = new();
    private readonly HashSet<int> _unverified = [];
    private long _sinceCheckpoint;
    private long _bytesPresent;
    private Task _checkpoint = Task.CompletedTask;
    private bool _completed;

    public PartialBlob(BlobStore store, BlobEntry entry, BlobStoreOptions options)
    {
        _store = store;
        _entry = entry;
        _checkpointBytes = options.CheckpointBytes;
        _freeSpace = options.FreeSpace;
        _present = new ChunkBitmap(entry.Index.Leaves.Count);
        _data = File.OpenHandle(
            entry.Folder.Partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _journal = ChunkJournal.Open(entry.Folder.Journal, entry.Index.Leaves.Count);
        entry.Adopt(_data);
        Resume();
        entry.Present = _present;
        store.Catalog.Add(entry);
        BytesResumed = _bytesPresent;
    }

    public LeafList Leaves => _entry.Index.Leaves;

    /// <summary>What an earlier attempt had left, in bytes.</summary>
    public long BytesResumed { get; }

    public long BytesPresent => Interlocked.Read(ref _bytesPresent);

    public int ChunksPresent => _present.SetCount;

    public bool Has(int leaf) => _present[leaf];

    /// <summary>Says that the disk is too small before anything is fetched.</summary>
    /// <exception cref="ContentException">With the numbers.</exception>
    public void RequireSpace()
    {
        if (Leaves.FileSize - BytesPresent > _freeSpace(_entry.Folder.Path))
        {
            throw NotEnoughSpace(null);
        }
    }

    /// <summary>Writes a chunk that was checked against its hash.</summary>
    /// <returns>False if it was there already.</returns>
    /// <exception cref="ContentException">The disk is full.</exception>
    public bool Write(int leaf, ReadOnlySpan<byte> chunk)
    {
        if (_present[leaf])
        {
            return false;
        }

        try
        {
            DiskSpace.Write(_data, chunk, Leaves.OffsetOf(leaf));
            _journal.MarkWritten(leaf);
        }
        catch (IOException full) when (DiskSpace.IsFull(full))
        {
            throw NotEnoughSpace(full);
        }

        if (!_present.Set(leaf))
        {
            return false;
        }

        Interlocked.Add(ref _bytesPresent, chunk.Length);
        _store.Catalog.AddLeaf(_entry, leaf);
        CheckpointIfDue(chunk.Length);
        return true;
    }

    /// <summary>Fills in the missing chunks that any blob here has, this one included.</summary>
    /// <returns>The bytes that were copied.</returns>
    public long CopyFromOthers(CancellationToken cancellationToken)
    {
        long copied = 0;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(DagLimits.MaxBlockSize);
        for (int leaf = 0; leaf < Leaves.Count; leaf++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!_present[leaf] && _store.TryRead(Leaves.HashOf(leaf), buffer, out int length)
                && Write(leaf, buffer.AsSpan(0, length)))
            {
                copied += length;
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return copied;
    }

    /// <summary>
    /// Hashes what an earlier attempt left and this one has not hashed yet, forces everything to disk and gives the
    /// file its final name.
    /// </summary>
    /// <returns>False if a chunk turned out to be damaged; it is missing again.</returns>
    public async Task<bool> TryCompleteAsync(CancellationToken cancellationToken)
    {
        await _checkpoint.ConfigureAwait(false);
        if (!await Task.Run(() => VerifyResumed(cancellationToken), cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        await FlushAsync(cancellationToken).ConfigureAwait(false);
        File.Move(_entry.Folder.Partial, _entry.Folder.Data);
        DurableFiles.FlushDirectory(_entry.Folder.Path);
        _journal.Dispose();
        File.Delete(_entry.Folder.Journal);
        _completed = true;
        _entry.Present = null;
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _checkpoint.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_completed)
        {
            TryCheckpoint();
        }

        _journal.Dispose();
        _store.EndPartial(_entry);
    }

    // Chunks behind the last durable mark are hashed now, so that a torn one is fetched again; those before it are
    // believed until the end, so that a download of 100 GB goes on at once.
    private void Resume()
    {
        foreach (int leaf in _journal.Trusted)
        {
            _present.Set(leaf);
            _unverified.Add(leaf);
            _bytesPresent += Leaves.SizeOf(leaf);
        }

        foreach (int leaf in _journal.Doubtful)
        {
            if (IsIntact(leaf))
            {
                _present.Set(leaf);
                _bytesPresent += Leaves.SizeOf(leaf);
            }
        }
    }

    // Some file systems find out only now that there is no room for what they took.
    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Run(() => RandomAccess.FlushToDisk(_data), cancellationToken).ConfigureAwait(false);
        }
        catch (IOException full) when (DiskSpace.IsFull(full))
        {
            throw NotEnoughSpace(full);
        }
    }

    private ContentException NotEnoughSpace(IOException? full)
    {
        string folder = _entry.Folder.Path;
        return DiskSpace.NotEnough(folder, Leaves.FileSize - BytesPresent, _freeSpace(folder), full);
    }

    private bool VerifyResumed(CancellationToken cancellationToken)
    {
        int damaged = 0;
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        Parallel.ForEach(_unverified, options, leaf =>
        {
            if (!IsIntact(leaf))
            {
                _present.Clear(leaf);
                Interlocked.Add(ref _bytesPresent, -Leaves.SizeOf(leaf));
                Interlocked.Increment(ref damaged);
            }
        });
        _unverified.Clear();
        return damaged == 0;
    }

    private bool IsIntact(int leaf)
    {
        int size = Leaves.SizeOf(leaf);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(size);
        bool intact = new StoredBlock(_data, Leaves.OffsetOf(leaf), size).Read(buffer)
            && BlockHash.Of(buffer.AsSpan(0, size)).Equals(Leaves.HashOf(leaf));
        ArrayPool<byte>.Shared.Return(buffer);
        return intact;
    }

    private void CheckpointIfDue(int bytes)
    {
        lock (_lock)
        {
            _sinceCheckpoint += bytes;
            if (_sinceCheckpoint >= _checkpointBytes && _checkpoint.IsCompleted)
            {
                _sinceCheckpoint = 0;
                _checkpoint = Task.Run(TryCheckpoint);
            }
        }
    }

    // A checkpoint that fails costs hashing on the next attempt and nothing else: the chunks after it are doubtful.
    private void TryCheckpoint()
    {
        try
        {
            _journal.Checkpoint(_data);
        }
        catch (IOException)
        {
        }
    }
}
