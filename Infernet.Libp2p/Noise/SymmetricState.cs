using System.Security.Cryptography;

namespace Infernet.Libp2p.Noise;

/// <summary>
/// The chaining key, the handshake hash and the current cipher (Noise specification, section 5.2), for SHA-256 and
/// ChaCha20-Poly1305.
/// </summary>
internal sealed class SymmetricState : IDisposable
{
    public const int HashLength = 32;

    private readonly byte[] _hash = new byte[HashLength];
    private readonly byte[] _chainingKey = new byte[HashLength];
    private CipherState? _cipher;

    /// <param name="protocolName">At most 32 ASCII bytes: a longer name would have to be hashed.</param>
    public SymmetricState(ReadOnlySpan<byte> protocolName)
    {
        protocolName.CopyTo(_hash);
        _hash.CopyTo(_chainingKey, 0);
    }

    /// <summary>The hash over all that both sides have sent.</summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>What encryption adds to a length at this point of the handshake.</summary>
    public int Overhead => _cipher is null ? 0 : CipherState.TagLength;

    public void MixHash(ReadOnlySpan<byte> data)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_hash);
        hash.AppendData(data);
        hash.GetHashAndReset(_hash);
    }

    public void MixKey(ReadOnlySpan<byte> inputKey)
    {
        Span<byte> key = stackalloc byte[HashLength];
        Derive(inputKey, _chainingKey, key);
        _cipher?.Dispose();
        _cipher = new CipherState(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Encrypts once there is a key, and mixes what goes onto the wire into the hash.</summary>
    public void EncryptAndHash(ReadOnlySpan<byte> plaintext, Span<byte> output)
    {
        if (_cipher is null)
        {
            plaintext.CopyTo(output);
        }
        else
        {
            _cipher.Encrypt(plaintext, output, _hash);
        }

        MixHash(output[..(plaintext.Length + Overhead)]);
    }

    /// <summary>Decrypts once there is a key; false if the message is not authentic.</summary>
    public bool TryDecryptAndHash(ReadOnlySpan<byte> message, out byte[] plaintext)
    {
        plaintext = [];
        if (message.Length < Overhead)
        {
            return false;
        }

        plaintext = new byte[message.Length - Overhead];
        if (_cipher is null)
        {
            message.CopyTo(plaintext);
        }
        else if (!_cipher.TryDecrypt(message, plaintext, _hash))
        {
            return false;
        }

        MixHash(message);
        return true;
    }

    /// <summary>The ciphers of the channel: the initiator's direction first.</summary>
    public (CipherState First, CipherState Second) Split()
    {
        Span<byte> first = stackalloc byte[HashLength];
        Span<byte> second = stackalloc byte[HashLength];
        Derive([], first, second);
        var ciphers = (new CipherState(first), new CipherState(second));
        CryptographicOperations.ZeroMemory(first);
        CryptographicOperations.ZeroMemory(second);
        return ciphers;
    }

    public void Dispose()
    {
        _cipher?.Dispose();
        CryptographicOperations.ZeroMemory(_chainingKey);
    }

    // Noise, section 4.3: HKDF with two outputs.
    private void Derive(ReadOnlySpan<byte> inputKey, Span<byte> first, Span<byte> second)
    {
        Span<byte> temporary = stackalloc byte[HashLength];
        Span<byte> block = stackalloc byte[HashLength + 1];
        HMACSHA256.HashData(_chainingKey, inputKey, temporary);
        block[0] = 1;
        HMACSHA256.HashData(temporary, block[..1], first);
        first.CopyTo(block);
        block[HashLength] = 2;
        HMACSHA256.HashData(temporary, block, second);
        CryptographicOperations.ZeroMemory(temporary);
        CryptographicOperations.ZeroMemory(block);
    }
}
