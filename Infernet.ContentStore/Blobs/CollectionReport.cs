using Infernet.Core.Multiformats;

namespace Infernet.ContentStore.Blobs;

/// <summary>What garbage collection removed, or would remove, and how many bytes that frees.</summary>
public sealed record CollectionReport(IReadOnlyList<Cid> Removed, long BytesFreed);
