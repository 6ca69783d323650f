namespace Infernet.ContentStore.Blobs;

/// <summary>A block of one blob: its leaf or node of this number.</summary>
internal readonly record struct BlockPlace(BlobEntry Blob, int Number, bool IsNode);
