namespace Infernet.Core.Identity;

/// <summary>
/// Argon2id (RFC 9106) by libsodium, one lane: makes a guess at a passphrase expensive in time and memory.
/// </summary>
internal static unsafe class Argon2id
{
    public const int SaltLength = 16;

    private const int Argon2id13 = 2;

    /// <summary>Fills <paramref name="key"/> from a passphrase.</summary>
    /// <exception cref="InsufficientMemoryException">The machine can't give that much memory.</exception>
    public static void DeriveKey(
        ReadOnlySpan<byte> passphrase, ReadOnlySpan<byte> salt, Argon2idCost cost, Span<byte> key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltLength);
        int result;
        fixed (byte* p = passphrase, s = salt, k = key)
        {
            result = Sodium.crypto_pwhash(
                k, (ulong)key.Length, p, (ulong)passphrase.Length, s,
                cost.Passes, (nuint)cost.MemoryKiB * 1024, Argon2id13);
        }

        if (result != 0)
        {
            throw new InsufficientMemoryException(
                $"Checking the passphrase needs {cost.MemoryKiB / 1024} MiB of memory, and the system refused them.");
        }
    }
}
