using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Infernet.Core.Identity;

/// <summary>
/// A private key sealed by a passphrase: a header (magic, version, Argon2id cost, salt), then the encoded key under
/// ChaCha20-Poly1305. The header is authenticated too. The salt is fresh for each sealing, hence so is the key, and
/// the nonce may stay zero.
/// </summary>
internal static class SealedKey
{
    private const byte Version = 1;
    private const int CostAt = 9;
    private const int SaltAt = CostAt + 8;
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>The bytes before the ciphertext.</summary>
    public const int HeaderLength = SaltAt + Argon2id.SaltLength;

    /// <summary>The length of every sealed file.</summary>
    public const int Length = HeaderLength + PrivateKeys.EncodedLength + TagLength;

    private static ReadOnlySpan<byte> Magic => "INFERKEY"u8;

    /// <summary>Whether a file begins as a sealed key does, of whatever version.</summary>
    public static bool IsSealed(ReadOnlySpan<byte> file) => file.StartsWith(Magic);

    public static byte[] Seal(ReadOnlySpan<byte> encodedKey, string passphrase, Argon2idCost cost)
    {
        byte[] file = new byte[Length];
        Magic.CopyTo(file);
        file[CostAt - 1] = Version;
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(CostAt), cost.Passes);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(CostAt + 4), cost.MemoryKiB);
        RandomNumberGenerator.Fill(file.AsSpan(SaltAt, Argon2id.SaltLength));
        Span<byte> body = file.AsSpan(HeaderLength);
        using ChaCha20Poly1305 cipher = Cipher(file, passphrase, cost);
        cipher.Encrypt(
            stackalloc byte[NonceLength], encodedKey, body[..^TagLength], body[^TagLength..],
            file.AsSpan(0, HeaderLength));
        return file;
    }

    /// <summary>Opens a sealed file, or says by <paramref name="problem"/> why it can't be opened.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> file, string passphrase, out byte[] encodedKey, out KeyFileProblem problem)
    {
        encodedKey = [];
        problem = KeyFileProblem.Broken;
        if (file.Length != Length || !IsSealed(file) || file[CostAt - 1] != Version)
        {
            return false;
        }

        var cost = new Argon2idCost(
            BinaryPrimitives.ReadUInt32LittleEndian(file[CostAt..]),
            BinaryPrimitives.ReadUInt32LittleEndian(file[(CostAt + 4)..]));
        if (!cost.IsAllowed)
        {
            return false;
        }

        byte[] key = new byte[PrivateKeys.EncodedLength];
        ReadOnlySpan<byte> body = file[HeaderLength..];
        using ChaCha20Poly1305 cipher = Cipher(file, passphrase, cost);
        try
        {
            cipher.Decrypt(
                stackalloc byte[NonceLength], body[..^TagLength], body[^TagLength..], key, file[..HeaderLength]);
        }
        catch (AuthenticationTagMismatchException)
        {
            problem = KeyFileProblem.WrongPassphrase;
            return false;
        }

        encodedKey = key;
        return true;
    }

    private static ChaCha20Poly1305 Cipher(ReadOnlySpan<byte> file, string passphrase, Argon2idCost cost)
    {
        byte[] secret = Encoding.UTF8.GetBytes(passphrase);
        Span<byte> key = stackalloc byte[KeyLength];
        try
        {
            Argon2id.DeriveKey(secret, file.Slice(SaltAt, Argon2id.SaltLength), cost, key);
            return new ChaCha20Poly1305(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
