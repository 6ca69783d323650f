using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Infernet.Libp2p.Noise;

/// <summary>
/// One direction's key and message counter (Noise specification, section 5.1). Works in place: source and
/// destination may be the same memory. Not thread-safe; one owner per direction.
/// </summary>
internal sealed class CipherState(ReadOnlySpan<byte> key) : IDisposable
{
    public const int KeyLength = 32;
    public const int TagLength = 16;
    private const int NonceLength = 12;

    private readonly ChaCha20Poly1305 _aead = new(key);
    private ulong _nonce;

    /// <summary>Writes the ciphertext and its tag: <see cref="TagLength"/> bytes more than the plaintext.</summary>
    public void Encrypt(ReadOnlySpan<byte> plaintext, Span<byte> output, ReadOnlySpan<byte> associated = default)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        NextNonce(nonce);
        _aead.Encrypt(
            nonce, plaintext, output[..plaintext.Length], output.Slice(plaintext.Length, TagLength), associated);
    }

    /// <summary>Writes the plaintext; false if the message is too short or was not made with this key and count.</summary>
    public bool TryDecrypt(ReadOnlySpan<byte> message, Span<byte> plaintext, ReadOnlySpan<byte> associated = default)
    {
        if (message.Length < TagLength)
        {
            return false;
        }

        int length = message.Length - TagLength;
        Span<byte> nonce = stackalloc byte[NonceLength];
        NextNonce(nonce);
        try
        {
            _aead.Decrypt(nonce, message[..length], message[length..], plaintext[..length], associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _aead.Dispose();

    // Noise, section 12.3: 32 bits of zeros, then the counter in little-endian. Section 5.1 reserves 2^64-1.
    private void NextNonce(Span<byte> nonce)
    {
        if (_nonce == ulong.MaxValue)
        {
            throw new NoiseException("The cipher has sent all the messages that one key allows.");
        }

        BinaryPrimitives.WriteUInt32LittleEndian(nonce, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], _nonce++);
    }
}
