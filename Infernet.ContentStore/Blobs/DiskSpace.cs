namespace Infernet.ContentStore.Blobs;

/// <summary>What the disk has left, and how its being full shows.</summary>
internal static class DiskSpace
{
    private const int NoSpaceLeft = 28;
    private const int FileTooBig = 27;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Bytes that this user may still write on the file system of a directory.</summary>
    public static long AvailableAt(string directory) => new DriveInfo(directory).AvailableFreeSpace;

    /// <summary>Whether a write failed because there was no room (or no quota) for it.</summary>
    public static bool IsFull(IOException failure) =>
        failure.HResult is NoSpaceLeft or FileTooBig or QuotaExceeded or WindowsDiskFull;

    /// <summary>The error for a write of <paramref name="needed"/> bytes into <paramref name="directory"/>.</summary>
    public static ContentException NotEnough(string directory, long needed, long available, Exception? inner = null) =>
        new(ContentError.NotEnoughSpace,
            $"There is not enough space in {directory}: {needed:N0} bytes are needed, {available:N0} are free. "
            + "Free some space or remove blobs that are not needed, then try again; what was fetched is kept.",
            inner);
}
