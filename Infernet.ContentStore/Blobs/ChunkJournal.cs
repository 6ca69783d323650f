using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Infernet.ContentStore.Blobs;

/// <summary>
/// Which chunks of a download were written, in a file that only grows. A record has 16 bytes: kind, value, CRC-32C.
/// "Written" names a chunk and is not forced to disk; "durable" says up to where in this file the chunks named are
/// on disk for good, and is. What follows the last durable mark may be torn and is read back and hashed on resuming.
/// Thread-safe.
/// </summary>
internal sealed class ChunkJournal : IDisposable
{
    private const int RecordSize = 16;
    private const uint Written = 1;
    private const uint Durable = 2;

    private readonly Lock _lock = new();
    private readonly SafeFileHandle _file;
    private long _length;

    private ChunkJournal(SafeFileHandle file, IReadOnlyList<int> trusted, IReadOnlyList<int> doubtful, long length)
    {
        _file = file;
        _length = length;
        Trusted = trusted;
        Doubtful = doubtful;
    }

    /// <summary>Chunks that were on disk for good when the file was opened.</summary>
    public IReadOnlyList<int> Trusted { get; }

    /// <summary>Chunks that may be on disk, whole or torn.</summary>
    public IReadOnlyList<int> Doubtful { get; }

    /// <summary>Opens or makes the journal of a blob with so many chunks, and cuts off a torn end.</summary>
    public static ChunkJournal Open(string path, int chunkCount)
    {
        SafeFileHandle file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var (chunks, durable, length) = ReadAll(file, chunkCount);
        RandomAccess.SetLength(file, length);
        var trusted = chunks.Where(chunk => chunk.At < durable).Select(chunk => chunk.Number).Distinct().ToList();
        var doubtful = chunks.Where(chunk => chunk.At >= durable).Select(chunk => chunk.Number).Distinct()
            .Except(trusted).ToList();
        return new ChunkJournal(file, trusted, doubtful, length);
    }

    /// <summary>How many chunks a journal names, without opening it for writing.</summary>
    public static IReadOnlyCollection<int> Peek(string path, int chunkCount)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using SafeFileHandle file = File.OpenHandle(path);
        return ReadAll(file, chunkCount).Chunks.Select(chunk => chunk.Number).ToHashSet();
    }

    /// <summary>Says that a chunk's bytes were written; the caller wrote them before.</summary>
    public void MarkWritten(int chunk)
    {
        lock (_lock)
        {
            AppendLocked(Written, (ulong)chunk);
        }
    }

    /// <summary>Forces the data to disk, and says so of every chunk that was written before.</summary>
    public void Checkpoint(SafeFileHandle data)
    {
        long upTo;
        lock (_lock)
        {
            upTo = _length;
        }

        RandomAccess.FlushToDisk(data);
        lock (_lock)
        {
            AppendLocked(Durable, (ulong)upTo);
        }

        RandomAccess.FlushToDisk(_file);
    }

    public void Dispose() => _file.Dispose();

    private void AppendLocked(uint kind, ulong value)
    {
        Span<byte> record = stackalloc byte[RecordSize];
        BinaryPrimitives.WriteUInt32LittleEndian(record, kind);
        BinaryPrimitives.WriteUInt64LittleEndian(record[4..], value);
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], Crc32C.Of(record[..12]));
        DiskSpace.Write(_file, record, _length);
        _length += RecordSize;
    }

    private static (List<(long At, int Number)> Chunks, long Durable, long Length) ReadAll(
        SafeFileHandle file, int chunkCount)
    {
        var chunks = new List<(long, int)>();
        long durable = 0;
        long at = 0;
        var buffer = new byte[RecordSize * 4_096];
        int got;
        while ((got = RandomAccess.Read(file, buffer, at)) >= RecordSize)
        {
            for (int i = 0; i + RecordSize <= got; i += RecordSize, at += RecordSize)
            {
                if (!TryReadRecord(buffer.AsSpan(i, RecordSize), out uint kind, out ulong value))
                {
                    return (chunks, durable, at);
                }

                if (kind == Durable)
                {
                    durable = (long)Math.Min(value, (ulong)at);
                }
                else if (value < (ulong)chunkCount)
                {
                    chunks.Add((at, (int)value));
                }
            }
        }

        return (chunks, durable, at);
    }

    private static bool TryReadRecord(ReadOnlySpan<byte> record, out uint kind, out ulong value)
    {
        kind = BinaryPrimitives.ReadUInt32LittleEndian(record);
        value = BinaryPrimitives.ReadUInt64LittleEndian(record[4..]);
        return kind is Written or Durable
            && Crc32C.Of(record[..12]) == BinaryPrimitives.ReadUInt32LittleEndian(record[12..]);
    }
}
