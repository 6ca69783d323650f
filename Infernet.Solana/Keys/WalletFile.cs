using System.Security.Cryptography;
using System.Text;
using Infernet.Core.Identity;

namespace Infernet.Solana.Keys;

/// <summary>
/// The file that a wallet's key lives in: the Solana CLI's JSON array, or, sealed by a passphrase, the form that
/// Infernet's identity keys have. Mode 0600, never overwritten, and refused when others may touch it.
/// </summary>
public static class WalletFile
{
    private static ReadOnlySpan<byte> SealedMagic => "INFERKEY"u8;

    /// <summary>Makes a key and writes it; durable when this returns.</summary>
    /// <exception cref="KeyFileException">A file is there already, or can't be written.</exception>
    public static SolanaKey Create(string path, string? passphrase = null)
    {
        byte[] seed = RandomNumberGenerator.GetBytes(Ed25519.SeedLength);
        return Write(path, seed, passphrase);
    }

    /// <summary>Writes a key that is given as the Solana CLI's JSON text; durable when this returns.</summary>
    /// <exception cref="KeyFileException">The text is no key pair, or the file exists or can't be written.</exception>
    public static SolanaKey Import(string path, string json, string? passphrase = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        try
        {
            return bytes.Length > KeypairJson.MaxLength
                ? throw Fail(KeyFileProblem.Broken, path, "can't be imported: the text is too long for a key pair")
                : KeypairJson.TryReadSeed(bytes, out byte[] seed, out string problem)
                    ? Write(path, seed, passphrase)
                    : throw Fail(KeyFileProblem.Broken, path, $"can't be imported: the text {problem}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Loads the key from an existing file.</summary>
    /// <exception cref="KeyFileException">The file can't be used.</exception>
    public static SolanaKey Load(string path, string? passphrase = null)
    {
        byte[] file = OwnerFile.Read(path, KeypairJson.MaxLength);
        try
        {
            return Decode(path, file, passphrase);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(file);
        }
    }

    private static SolanaKey Decode(string path, byte[] file, string? passphrase)
    {
        if (file.AsSpan().StartsWith(SealedMagic))
        {
            return passphrase is not null
                ? new SolanaKey(KeyFile.Load(path, passphrase))
                : throw Fail(KeyFileProblem.PassphraseNeeded, path, "is sealed; give its passphrase");
        }

        if (passphrase is not null)
        {
            throw Fail(KeyFileProblem.NotSealed, path, "is not sealed, but a passphrase was given; go on without it");
        }

        if (!KeypairJson.TryReadSeed(file, out byte[] seed, out string problem))
        {
            throw Fail(KeyFileProblem.Broken, path, problem);
        }

        var key = SolanaKey.FromSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        return key;
    }

    private static SolanaKey Write(string path, byte[] seed, string? passphrase)
    {
        byte[] json = [];
        try
        {
            var pair = NodeIdentity.FromSeed(seed);
            if (passphrase is not null)
            {
                KeyFile.Store(path, pair, passphrase);
                return new SolanaKey(pair);
            }

            json = KeypairJson.Write(seed);
            OwnerFile.WriteNew(path, json);
            return new SolanaKey(pair);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(json);
        }
    }

    private static KeyFileException Fail(KeyFileProblem problem, string path, string what) =>
        new(problem, $"The wallet {path} {what}.");
}
