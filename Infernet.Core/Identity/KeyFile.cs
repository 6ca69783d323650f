using System.Security.Cryptography;

namespace Infernet.Core.Identity;

/// <summary>
/// The file that a node's identity lives in: libp2p's private key encoding, which other libp2p software reads too,
/// or that encoding sealed by a passphrase. Mode 0600, never overwritten, and refused when others may touch it.
/// </summary>
public static class KeyFile
{
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
        byte[] file = OwnerFile.Read(path, MaxLength);
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
        var identity = NodeIdentity.Generate();
        Store(path, identity, passphrase);
        return identity;
    }

    /// <summary>Writes a key that exists already, sealed if there is a passphrase; durable when this returns.</summary>
    /// <exception cref="KeyFileException">A file is there already, or can't be written.</exception>
    public static void Store(string path, NodeIdentity identity, string? passphrase = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        RefuseEmpty(path, passphrase);
        byte[] key = PrivateKeys.Encode(identity);
        try
        {
            OwnerFile.WriteNew(path, passphrase is null ? key : SealedKey.Seal(key, passphrase, Argon2idCost.Default));
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
