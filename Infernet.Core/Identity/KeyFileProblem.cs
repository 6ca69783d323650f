namespace Infernet.Core.Identity;

/// <summary>Why a key file could not be used; callers decide by it whether to ask the user for a passphrase.</summary>
public enum KeyFileProblem
{
    /// <summary>There is no file.</summary>
    NotFound,

    /// <summary>A file is there already and is never overwritten.</summary>
    AlreadyExists,

    /// <summary>The file can't be read or written.</summary>
    Inaccessible,

    /// <summary>Others than the owner may read or write the file.</summary>
    OpenToOthers,

    /// <summary>The file is no private key: cut off, too long, or damaged.</summary>
    Broken,

    /// <summary>The file holds a key of another kind than Ed25519.</summary>
    OtherKeyType,

    /// <summary>The file is sealed, and no passphrase was given.</summary>
    PassphraseNeeded,

    /// <summary>The passphrase is not the one that the file was sealed with (or the file was changed).</summary>
    WrongPassphrase,

    /// <summary>A passphrase was given, but the file is not sealed.</summary>
    NotSealed,
}
