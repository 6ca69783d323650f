using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Blobs;

/// <summary>One blob as it lies in the store: whole, or a download that is not finished.</summary>
public sealed record BlobInfo
{
    /// <summary>The root of the file's DAG, version 1.</summary>
    public required Cid Root { get; init; }

    /// <summary>The whole file's size in bytes; 0 while a download does not know it yet.</summary>
    public required long Size { get; init; }

    /// <summary>How many bytes are here and verified; equals <see cref="Size"/> for a whole blob.</summary>
    public required long BytesPresent { get; init; }

    /// <summary>How many chunks the file has.</summary>
    public required int Chunks { get; init; }

    /// <summary>Whether every chunk is here.</summary>
    public required bool IsComplete { get; init; }

    /// <summary>Whether garbage collection leaves it alone.</summary>
    public required bool IsPinned { get; init; }

    /// <summary>Where the bytes lie; only a whole blob's file may be mapped.</summary>
    public required string Path { get; init; }
}
