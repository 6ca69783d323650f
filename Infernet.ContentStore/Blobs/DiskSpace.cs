using Microsoft.Win32.SafeHandles;

namespace Infernet.ContentStore.Blobs;

/// <summary>What the disk has left, and how its being full shows.</summary>
internal static class DiskSpace
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>Bytes that this user may still write on the file system of a directory.</summary>
    public static long AvailableAt(string directory) => new DriveInfo(directory).AvailableFreeSpace;

    /// <summary>Whether a write failed because there was no room (or no quota) for it.</summary>
    public static bool IsFull(IOException failure) =>
        failure.HResult is NoSpaceLeft or QuotaExceeded or WindowsDiskFull;

    /// <summary>Writes, and says also of a file that may not grow any further that the disk is full.</summary>
    public static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (ArgumentOutOfRangeException limit)
        {
            // So the base library says EFBIG: a limit of the user (ulimit -f) or of the file system.
            throw new IOException(limit.Message, NoSpaceLeft);
        }
    }

    /// <summary>The error for a write of <paramref name="needed"/> bytes into <paramref name="directory"/>.</summary>
    public static ContentException NotEnough(string directory, long needed, long available, Exception? inner = null) =>
        new(ContentError.NotEnoughSpace,
            $"There is not enough space in {directory}: {needed:N0} bytes are needed, {available:N0} are free. "
            + "Free some space or remove blobs that are not needed, then try again; what was fetched is kept.",
            inner);
}
