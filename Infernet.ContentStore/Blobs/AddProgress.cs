namespace Infernet.ContentStore.Blobs;

/// <summary>How far adding a file has come, in bytes.</summary>
public readonly record struct AddProgress(long BytesDone, long BytesTotal);
