using Infernet.ContentStore.Blobs;
using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Exchange;

/// <summary>A part of a fetch: first the DAG's nodes, then the leaves. Both are blocks that are asked of peers.</summary>
internal abstract class FetchPhase(ExchangeOptions options)
{
    public FetchSession Session { get; } = new(options);

    /// <summary>The name of an item on the wire.</summary>
    public abstract Cid CidOf(int item);

    /// <summary>What a peer's bitmap says of this phase's items; null if it has them all.</summary>
    public abstract ChunkBitmap? Translate(ChunkBitmap? leaves);

    /// <summary>Keeps a block that was checked against its hash. Called by the links, several at a time.</summary>
    /// <exception cref="ContentException">The fetch can't go on: the disk is full, or the DAG is wrong.</exception>
    public abstract void Store(int item, ReadOnlySpan<byte> block);

    /// <summary>What follows from a block that is stored. Called by the loop that decides.</summary>
    public abstract void OnStored(int item);
}
