using Infernet.Core.Identity;

namespace Infernet.Libp2p.Noise;

/// <summary>
/// The XX handshake (Noise specification, sections 5.3 and 7.5): a pure state machine over three messages,
/// <c>e</c>, then <c>e, ee, s, es</c>, then <c>s, se</c>. The messages go back and forth between the two sides;
/// after the third, <see cref="Split"/> gives the ciphers of the channel.
/// </summary>
internal sealed class HandshakeState : IDisposable
{
    private enum Token
    {
        E,
        S,
        EE,
        ES,
        SE,
    }

    private static readonly Token[][] Pattern =
        [[Token.E], [Token.E, Token.EE, Token.S, Token.ES], [Token.S, Token.SE]];

    private readonly bool _isInitiator;
    private readonly KeyPair _static;
    private readonly KeyPair _ephemeral;
    private readonly SymmetricState _symmetric;
    private readonly byte[] _remoteStatic = new byte[X25519.KeyLength];
    private readonly byte[] _remoteEphemeral = new byte[X25519.KeyLength];
    private int _step;

    public HandshakeState(bool isInitiator, KeyPair staticKey, KeyPair ephemeralKey, ReadOnlySpan<byte> prologue = default)
    {
        _isInitiator = isInitiator;
        _static = staticKey;
        _ephemeral = ephemeralKey;
        _symmetric = new SymmetricState("Noise_XX_25519_ChaChaPoly_SHA256"u8);
        _symmetric.MixHash(prologue);
    }

    /// <summary>Whether all three messages have passed.</summary>
    public bool IsComplete => _step == Pattern.Length;

    /// <summary>The peer's Noise key; known once its second message was read.</summary>
    public ReadOnlySpan<byte> RemoteStatic => _remoteStatic;

    /// <summary>The hash over the whole handshake.</summary>
    public ReadOnlySpan<byte> Hash => _symmetric.Hash;

    private bool IsOurTurn => !IsComplete && _step % 2 == 0 == _isInitiator;

    /// <summary>Makes our next message around a payload.</summary>
    public byte[] WriteMessage(ReadOnlySpan<byte> payload)
    {
        ThrowUnless(IsOurTurn);
        byte[] message = new byte[MessageLength(payload.Length)];
        Span<byte> rest = message;
        foreach (Token token in Pattern[_step])
        {
            switch (token)
            {
                case Token.E:
                    _ephemeral.Public.CopyTo(rest);
                    _symmetric.MixHash(_ephemeral.Public);
                    rest = rest[X25519.KeyLength..];
                    break;
                case Token.S:
                    int length = X25519.KeyLength + _symmetric.Overhead;
                    _symmetric.EncryptAndHash(_static.Public, rest);
                    rest = rest[length..];
                    break;
                default:
                    MixAgreement(token);
                    break;
            }
        }

        _symmetric.EncryptAndHash(payload, rest);
        _step++;
        return message;
    }

    /// <summary>Reads the peer's next message and returns its payload.</summary>
    /// <exception cref="NoiseException">The message is cut short or not authentic.</exception>
    public byte[] ReadMessage(ReadOnlySpan<byte> message)
    {
        ThrowUnless(!IsOurTurn && !IsComplete);
        foreach (Token token in Pattern[_step])
        {
            switch (token)
            {
                case Token.E:
                    Take(ref message, X25519.KeyLength).CopyTo(_remoteEphemeral);
                    _symmetric.MixHash(_remoteEphemeral);
                    break;
                case Token.S:
                    ReadOnlySpan<byte> sealedKey = Take(ref message, X25519.KeyLength + _symmetric.Overhead);
                    Open(sealedKey, "the static key").CopyTo(_remoteStatic, 0);
                    break;
                default:
                    MixAgreement(token);
                    break;
            }
        }

        byte[] payload = Open(message, "the payload");
        _step++;
        return payload;
    }

    /// <summary>The channel's ciphers, once the handshake is complete.</summary>
    public (CipherState Send, CipherState Receive) Split()
    {
        ThrowUnless(IsComplete);
        (CipherState first, CipherState second) = _symmetric.Split();
        return _isInitiator ? (first, second) : (second, first);
    }

    public void Dispose() => _symmetric.Dispose();

    // The key exists from "ee" on, so in the second and third messages both the key and the payload carry tags.
    private int MessageLength(int payload) => payload + (_step switch
    {
        0 => X25519.KeyLength,
        1 => (2 * X25519.KeyLength) + (2 * CipherState.TagLength),
        _ => X25519.KeyLength + (2 * CipherState.TagLength),
    });

    private void MixAgreement(Token token)
    {
        Span<byte> shared = stackalloc byte[X25519.KeyLength];
        bool oursIsStatic = token == (_isInitiator ? Token.SE : Token.ES);
        bool theirsIsStatic = token == (_isInitiator ? Token.ES : Token.SE);
        (oursIsStatic ? _static : _ephemeral).Agree(theirsIsStatic ? _remoteStatic : _remoteEphemeral, shared);
        _symmetric.MixKey(shared);
        shared.Clear();
    }

    private byte[] Open(ReadOnlySpan<byte> message, string part) => _symmetric.TryDecryptAndHash(message, out byte[] plain)
        ? plain
        : throw new NoiseException($"Handshake message {_step + 1}: {part} is not authentic.");

    private ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> message, int length)
    {
        if (message.Length < length)
        {
            throw new NoiseException($"Handshake message {_step + 1} is cut short.");
        }

        ReadOnlySpan<byte> taken = message[..length];
        message = message[length..];
        return taken;
    }

    private static void ThrowUnless(bool allowed)
    {
        if (!allowed)
        {
            throw new InvalidOperationException("The handshake's messages were driven out of turn.");
        }
    }
}
