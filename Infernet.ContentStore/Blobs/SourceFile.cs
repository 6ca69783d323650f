using Microsoft.Win32.SafeHandles;

namespace Infernet.ContentStore.Blobs;

/// <summary>A file that is to be added, as it was when it was looked at.</summary>
internal sealed record SourceFile(string Path, string RealPath, long Length, DateTime ModifiedUtc)
{
    /// <summary>Looks at a path before anything is read.</summary>
    /// <exception cref="ContentException">It names no regular file with bytes in it.</exception>
    public static SourceFile Examine(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (Directory.Exists(path))
        {
            throw new ContentException(
                ContentError.NotAFile, $"{path} is a directory; name a file in it, such as a .gguf model.");
        }

        if (!File.Exists(path))
        {
            throw Missing(path);
        }

        // A link has a length of its own, so its target is asked.
        string real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? System.IO.Path.GetFullPath(path);
        var file = new FileInfo(real);
        if (!file.Exists)
        {
            throw Missing(path);
        }

        return file.Length > 0
            ? new SourceFile(path, real, file.Length, file.LastWriteTimeUtc)
            : throw new ContentException(
                ContentError.EmptyFile, $"{path} has no bytes; only files with content can be added.");
    }

    public SafeFileHandle Open()
    {
        try
        {
            return File.OpenHandle(RealPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, FileOptions.SequentialScan);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new ContentException(
                ContentError.AccessDenied, $"{Path} can't be read by this user: {denied.Message}", denied);
        }
    }

    /// <summary>Compares with what the file is now.</summary>
    /// <exception cref="ContentException">It was written to meanwhile.</exception>
    public void RequireUnchanged(long bytesRead)
    {
        var now = new FileInfo(RealPath);
        if (!now.Exists || now.Length != Length || bytesRead != Length || now.LastWriteTimeUtc != ModifiedUtc)
        {
            throw new ContentException(
                ContentError.ChangedWhileAdded,
                $"{Path} changed while it was being added; wait until nobody writes to it, then add it again.");
        }
    }

    private static ContentException Missing(string path) => new(
        ContentError.NoSuchFile, $"{path} does not exist; check the path.");
}
