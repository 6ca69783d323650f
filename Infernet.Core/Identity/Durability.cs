using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Infernet.Core.Identity;

/// <summary>What .NET has no call for: taking a name that must be free, and making it survive a power cut.</summary>
internal static partial class Durability
{
    private const int ReadOnly = 0;
    private const int AlreadyExists = 17; // EEXIST

    /// <summary>Flushes a directory's entries to disk, where the system can.</summary>
    public static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using SafeFileHandle handle = Open(directory, ReadOnly);
        if (!handle.IsInvalid)
        {
            _ = Flush(handle);
        }
    }

    /// <summary>
    /// Gives a file another name, which nothing may have yet. .NET's own move looks first and renames then, so that of
    /// two processes both could find the name free, and the later one would replace the earlier one's file.
    /// </summary>
    /// <exception cref="IOException">The name is taken, or can't be given.</exception>
    public static void Rename(string from, string to)
    {
        if (OperatingSystem.IsWindows())
        {
            File.Move(from, to, overwrite: false);
        }
        else if (Link(from, to) == 0)
        {
            File.Delete(from);
        }
        else if (Marshal.GetLastPInvokeError() == AlreadyExists)
        {
            throw new IOException($"{to} exists already.");
        }
        else
        {
            // Some file systems have no links; there the small gap has to do.
            File.Move(from, to, overwrite: false);
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(SafeFileHandle handle);
}
