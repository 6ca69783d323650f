using Infernet.ContentStore.Chunking;
using Infernet.ContentStore.Dag;

namespace Infernet.ContentStore.Blobs;

/// <summary>Where a store lies and what it allows. Immutable; validated when the store opens.</summary>
public sealed record BlobStoreOptions
{
    /// <summary>The store's own directory; made if it does not exist.</summary>
    public required string Directory { get; init; }

    /// <summary>How files that are added here are cut. Changing it changes their CIDs.</summary>
    public ChunkerOptions Chunking { get; init; } = new();

    /// <summary>What a DAG may look like to be accepted.</summary>
    public DagLimits Limits { get; init; } = new();

    /// <summary>How many cores adding a file hashes on; 0 means all.</summary>
    public int HashThreads { get; init; }

    /// <summary>After how many bytes a download is forced to disk and its journal marks them as durable.</summary>
    public long CheckpointBytes { get; init; } = 64 << 20;

    /// <summary>How many bytes are free for files in a directory. Tests replace it.</summary>
    internal Func<string, long> FreeSpace { get; init; } = DiskSpace.AvailableAt;

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Directory);
        ArgumentOutOfRangeException.ThrowIfNegative(HashThreads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(CheckpointBytes);
        Chunking.Validate();
        Limits.Validate();
    }
}
