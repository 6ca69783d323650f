namespace Infernet.ContentStore.Chunking;

/// <summary>
/// How large chunks may be, in bytes. The defaults fit models of 6 MB to 100 GB: the smallest still has a dozen chunks
/// to take from several peers, the largest has two hundred thousand (an index of 8 MB), and none exceeds the 1 MiB
/// that IPFS tools accept as a block.
/// </summary>
public sealed record ChunkerOptions
{
    /// <summary>No cut is looked for before this many bytes.</summary>
    public int MinSize { get; init; } = 256 << 10;

    /// <summary>Where cuts become likely; a power of two. The mean chunk is a little larger.</summary>
    public int AverageSize { get; init; } = 512 << 10;

    /// <summary>Where a chunk is cut whatever its bytes are.</summary>
    public int MaxSize { get; init; } = 1 << 20;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MinSize, 64);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AverageSize, MinSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSize, AverageSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxSize, Dag.DagLimits.MaxBlockSize);
    }
}
