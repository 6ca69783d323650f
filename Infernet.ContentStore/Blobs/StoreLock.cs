namespace Infernet.ContentStore.Blobs;

/// <summary>Keeps a second process out of a store: an exclusive lock on a file, which the system drops with the process.</summary>
internal static class StoreLock
{
    public static FileStream Take(string store)
    {
        string path = Path.Combine(store, ".lock");
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken is not DirectoryNotFoundException && !DiskSpace.IsFull(taken))
        {
            throw new ContentException(
                ContentError.StoreInUse,
                $"The store {store} is in use by another process; stop that one, or choose another home.",
                taken);
        }
    }
}
