namespace Infernet.ContentStore;

/// <summary>What went wrong with content, for callers that choose an exit code or an answer by it.</summary>
public enum ContentError
{
    /// <summary>The file to add does not exist.</summary>
    NoSuchFile,

    /// <summary>The path to add is a directory or a device; only regular files become blobs.</summary>
    NotAFile,

    /// <summary>The file has no bytes: it can't be mapped, and there is nothing to share.</summary>
    EmptyFile,

    /// <summary>The file may not be read.</summary>
    AccessDenied,

    /// <summary>The file changed while it was being added.</summary>
    ChangedWhileAdded,

    /// <summary>The file can't be hard-linked into the store.</summary>
    CannotLink,

    /// <summary>The disk is full, or would be.</summary>
    NotEnoughSpace,

    /// <summary>The CID's codec or hash function is none that this store reads.</summary>
    UnsupportedCid,

    /// <summary>The blocks under a CID are no file of raw leaves, or exceed a limit.</summary>
    InvalidDag,

    /// <summary>The store does not hold the blob.</summary>
    NoSuchBlob,

    /// <summary>What lies on disk is not what was stored.</summary>
    CorruptBlob,

    /// <summary>The blob is being fetched at this moment.</summary>
    Busy,

    /// <summary>Another process has the store open.</summary>
    StoreInUse,

    /// <summary>Nobody is known to have the blob.</summary>
    NoProviders,

    /// <summary>Every provider failed; the exception lists why.</summary>
    AllProvidersFailed,
}
