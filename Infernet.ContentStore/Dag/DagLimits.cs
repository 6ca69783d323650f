namespace Infernet.ContentStore.Dag;

/// <summary>What the DAG of a file may look like. Whoever names a CID chooses its DAG, so it is hostile until checked.</summary>
public sealed record DagLimits
{
    /// <summary>The largest block, leaf or node, in bytes; what IPFS tools accept as well.</summary>
    public const int MaxBlockSize = 1 << 20;

    /// <summary>The most links that one node may have.</summary>
    public int MaxLinks { get; init; } = 8_192;

    /// <summary>The most levels of nodes above the leaves.</summary>
    public int MaxDepth { get; init; } = 8;

    /// <summary>The most leaves.</summary>
    public int MaxChunks { get; init; } = 4 << 20;

    /// <summary>The most bytes that all distinct nodes may have together.</summary>
    public long MaxNodeBytes { get; init; } = 256 << 20;

    /// <summary>The largest file, in bytes.</summary>
    public long MaxFileSize { get; init; } = 2L << 40;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxLinks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxDepth);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxChunks);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxNodeBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxFileSize);
    }
}
