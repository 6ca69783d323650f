using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Infernet.Core.Identity;

/// <summary>What .NET has no call for: making a name in a directory survive a power cut.</summary>
internal static partial class Durability
{
    private const int ReadOnly = 0;

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

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Flush(SafeFileHandle handle);
}
