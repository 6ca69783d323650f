namespace Infernet.Core.Identity;

/// <summary>How expensive one guess at a passphrase is.</summary>
/// <param name="Passes">Passes over the memory.</param>
/// <param name="MemoryKiB">Memory in KiB.</param>
internal readonly record struct Argon2idCost(uint Passes, uint MemoryKiB)
{
    /// <summary>RFC 9106, section 4, second recommended option: three passes over 64 MiB.</summary>
    public static Argon2idCost Default { get; } = new(3, 64 * 1024);

    /// <summary>Whether a file may ask for this cost: a changed header must not eat the machine.</summary>
    public bool IsAllowed => Passes is >= 1 and <= 64 && MemoryKiB is >= 8 and <= 1024 * 1024;
}
