using System.Security.Cryptography;

namespace Infernet.Core.Identity;

/// <summary>
/// Files that hold a secret: mode 0600, never overwritten, and refused when others may touch them. Identity keys and
/// wallets live in them.
/// </summary>
public static class OwnerFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// Reads a file of at most <paramref name="maxLength"/> bytes that nobody but its owner may touch.
    /// </summary>
    /// <exception cref="KeyFileException">It is missing, unreadable, too long, or open to others.</exception>
    public static byte[] Read(string path, int maxLength)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
            {
                throw Fail(KeyFileProblem.OpenToOthers, path, $"may be touched by others; run: chmod 600 {path}");
            }

            // One byte more than is allowed shows that a file is too long without reading all of it.
            byte[] bytes = new byte[maxLength + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            byte[] content = bytes[..length];
            CryptographicOperations.ZeroMemory(bytes);
            return length <= maxLength
                ? content
                : throw Fail(KeyFileProblem.Broken, path, $"is too long for a key file (over {maxLength} bytes)");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Fail(KeyFileProblem.NotFound, path, "does not exist", missing);
        }
        catch (Exception denied) when (denied is UnauthorizedAccessException or IOException and not KeyFileException)
        {
            throw Fail(KeyFileProblem.Inaccessible, path, $"can't be read: {denied.Message}", denied);
        }
    }

    /// <summary>
    /// Writes a file whole or not at all: the bytes are on disk under another name before the name is given, and
    /// giving it fails if it is taken. Mode 0600; durable when this returns.
    /// </summary>
    /// <exception cref="KeyFileException">A file is there already, or can't be written.</exception>
    public static void WriteNew(string path, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        string full = Path.GetFullPath(path);
        string directory = Path.GetDirectoryName(full) ?? full;
        string temporary = $"{full}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp";
        try
        {
            CreateDirectory(directory);
            WriteDurably(temporary, content);
            Durability.Rename(temporary, full);
            Durability.FlushDirectory(directory);
        }
        catch (Exception failed) when (failed is UnauthorizedAccessException or IOException)
        {
            DeleteIfThere(temporary);
            throw File.Exists(full)
                ? Fail(KeyFileProblem.AlreadyExists, path, "exists already and is not overwritten", failed)
                : Fail(KeyFileProblem.Inaccessible, path, $"can't be written: {failed.Message}", failed);
        }
    }

    private static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        }
    }

    private static void WriteDurably(string path, byte[] content)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using var file = new FileStream(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    private static void DeleteIfThere(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failed) when (failed is UnauthorizedAccessException or IOException)
        {
            // The reason why the key file could not be written is the one to tell.
        }
    }

    private static KeyFileException Fail(KeyFileProblem problem, string path, string what, Exception? inner = null) =>
        new(problem, $"The key file {path} {what}.", inner);
}
