using System.Security.Cryptography;

namespace Infernet.Core.Identity;

/// <summary>
/// The file that a node's identity lives in: libp2p's private key encoding, which other libp2p software reads too,
/// or that encoding sealed by a passphrase. Mode 0600, never overwritten, and refused when others may touch it.
/// </summary>
public static class KeyFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>No key file is longer than the longer of its two forms.</summary>
    private const int MaxLength = SealedKey.Length > PrivateKeys.MaxEncodedLength
        ? SealedKey.Length : PrivateKeys.MaxEncodedLength;

    /// <summary>Loads the identity, or makes one where there is no file yet.</summary>
    /// <exception cref="KeyFileException">The file can't be used or made.</exception>
    public static NodeIdentity LoadOrCreate(string path, string? passphrase = null)
    {
        if (File.Exists(path))
        {
            return Load(path, passphrase);
        }

        try
        {
            return Create(path, passphrase);
        }
        catch (KeyFileException lost) when (lost.Problem == KeyFileProblem.AlreadyExists)
        {
            // Another process was first: its identity is the node's.
            return Load(path, passphrase);
        }
    }

    /// <summary>Loads the identity from an existing file.</summary>
    /// <exception cref="KeyFileException">The file can't be used.</exception>
    public static NodeIdentity Load(string path, string? passphrase = null)
    {
        RefuseEmpty(path, passphrase);
        byte[] file = Read(path);
        try
        {
            return Decode(path, file, passphrase);
        }
        catch (InsufficientMemoryException refused)
        {
            throw Fail(KeyFileProblem.Inaccessible, path, $"can't be opened: {refused.Message}", refused);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
        }
    }

    /// <summary>Makes an identity and writes it, sealed if there is a passphrase; durable when this returns.</summary>
    /// <exception cref="KeyFileException">A file is there already, or can't be written.</exception>
    public static NodeIdentity Create(string path, string? passphrase = null)
    {
        RefuseEmpty(path, passphrase);
        var identity = NodeIdentity.Generate();
        byte[] key = PrivateKeys.Encode(identity);
        try
        {
            WriteNew(path, passphrase is null ? key : SealedKey.Seal(key, passphrase, Argon2idCost.Default));
            return identity;
        }
        catch (InsufficientMemoryException refused)
        {
            throw Fail(KeyFileProblem.Inaccessible, path, $"can't be sealed: {refused.Message}", refused);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static NodeIdentity Decode(string path, byte[] file, string? passphrase)
    {
        byte[] key = file;
        KeyFileProblem problem;
        if (SealedKey.IsSealed(file))
        {
            if (passphrase is null)
            {
                throw Fail(KeyFileProblem.PassphraseNeeded, path, "is sealed; give its passphrase");
            }

            if (!SealedKey.TryOpen(file, passphrase, out key, out problem))
            {
                throw Fail(problem, path, problem == KeyFileProblem.WrongPassphrase
                    ? "does not open with this passphrase"
                    : "is sealed in a form that this version does not know, or is cut off; restore it from a copy");
            }
        }
        else if (passphrase is not null)
        {
            throw Fail(KeyFileProblem.NotSealed, path, "is not sealed, but a passphrase was given; start without it");
        }

        return PrivateKeys.TryDecode(key, out NodeIdentity identity, out problem)
            ? identity
            : throw Fail(problem, path, problem == KeyFileProblem.OtherKeyType
                ? "holds a key of another kind; an Ed25519 key is needed"
                : $"is no private key of {PrivateKeys.EncodedLength} bytes in libp2p's encoding; restore a copy of it");
    }

    private static byte[] Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
            {
                throw Fail(KeyFileProblem.OpenToOthers, path, $"may be touched by others; run: chmod 600 {path}");
            }

            // One byte more than is allowed shows that a file is too long without reading all of it.
            byte[] bytes = new byte[MaxLength + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            byte[] content = bytes[..length];
            CryptographicOperations.ZeroMemory(bytes);
            return length <= MaxLength
                ? content
                : throw Fail(KeyFileProblem.Broken, path, $"is too long for a key file (over {MaxLength} bytes)");
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

    // Whole or not at all: the bytes are on disk under another name before the name is given, and giving it fails
    // if it is taken.
    private static void WriteNew(string path, byte[] content)
    {
        string full = Path.GetFullPath(path);
        string directory = Path.GetDirectoryName(full) ?? full;
        string temporary = $"{full}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp";
        try
        {
            CreateDirectory(directory);
            WriteDurably(temporary, content);
            File.Move(temporary, full, overwrite: false);
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

    private static void RefuseEmpty(string path, string? passphrase)
    {
        if (passphrase is { Length: 0 })
        {
            throw Fail(KeyFileProblem.WrongPassphrase, path, "can't be sealed or opened by an empty passphrase");
        }
    }

    private static KeyFileException Fail(KeyFileProblem problem, string path, string what, Exception? inner = null) =>
        new(problem, $"The key file {path} {what}.", inner);
}
