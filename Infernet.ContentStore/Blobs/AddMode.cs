namespace Infernet.ContentStore.Blobs;

/// <summary>How a file's bytes come into the store.</summary>
public enum AddMode
{
    /// <summary>The store keeps a copy of its own. What happens to the file afterwards does not matter.</summary>
    Copy,

    /// <summary>
    /// The store keeps a hard link: no second copy, but both must lie on one file system, and the caller vouches that
    /// nobody writes into the file afterwards.
    /// </summary>
    Link,
}
