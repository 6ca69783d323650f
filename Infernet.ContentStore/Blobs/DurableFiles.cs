using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Infernet.ContentStore.Blobs;

/// <summary>File operations whose effect survives a loss of power, which the base library has no words for.</summary>
internal static partial class DurableFiles
{
    private const int CloseOnExec = 0x80000;

    /// <summary>Puts a whole file in place: it is there with all its bytes, or not at all.</summary>
    public static void WriteWhole(string path, ReadOnlySpan<byte> content)
    {
        string temporary = path + ".tmp";
        using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.Create, FileAccess.Write))
        {
            DiskSpace.Write(file, content, 0);
            RandomAccess.FlushToDisk(file);
        }

        File.Move(temporary, path, overwrite: true);
        FlushDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Makes the names in a directory durable: what was created, renamed or removed there.</summary>
    public static void FlushDirectory(string directory)
    {
        // Windows has no such operation; its journal keeps renames in order.
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(directory, OperatingSystem.IsLinux() ? CloseOnExec : 0);
        if (descriptor < 0)
        {
            throw new IOException($"{directory} can't be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Sync(descriptor) != 0)
        {
            throw new IOException($"{directory} can't be flushed to disk: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    /// <summary>Gives a file a second name.</summary>
    public static void HardLink(string existing, string name)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new ContentException(
                ContentError.CannotLink, "Hard links are not supported on Windows; add the file as a copy.");
        }

        if (Link(existing, name) != 0)
        {
            throw new ContentException(
                ContentError.CannotLink,
                $"{existing} can't be linked into the store ({Marshal.GetLastPInvokeErrorMessage()}); both must lie on "
                + "one file system. Add it as a copy.");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string name);
}
