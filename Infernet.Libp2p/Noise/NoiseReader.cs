using System.Buffers.Binary;
using Infernet.Libp2p.Transport;

namespace Infernet.Libp2p.Noise;

/// <summary>
/// The receiving half of a secured connection: cuts the bytes into Noise messages and decrypts them in place.
/// Owned by the connection's read loop. Source: https://github.com/libp2p/specs/blob/master/noise, "Wire Format".
/// </summary>
internal sealed class NoiseReader(ReceiveBuffer received, CipherState cipher) : IDisposable
{
    /// <summary>Bytes in front of each message: its length, big-endian.</summary>
    public const int PrefixLength = 2;

    /// <summary>An empty message is allowed and means nothing; this many in a row are a flood.</summary>
    private const int MaxEmptyMessages = 1_000;

    private int _consumed;
    private int _emptyMessages;

    /// <summary>Plaintext that was decrypted and not yet taken.</summary>
    public ReadOnlyMemory<byte> Plaintext { get; private set; }

    /// <summary>Marks plaintext as taken.</summary>
    public void Take(int count) => Plaintext = Plaintext[count..];

    /// <summary>Takes all the plaintext that is here; it is good until the next message is read.</summary>
    public ReadOnlyMemory<byte> TakeAll()
    {
        ReadOnlyMemory<byte> all = Plaintext;
        Plaintext = default;
        return all;
    }

    /// <summary>
    /// Decrypts the next message that is already here into <see cref="Plaintext"/>; false if more must be received.
    /// </summary>
    /// <exception cref="NoiseException">The message is not authentic.</exception>
    public bool TryReadMessage()
    {
        received.Consume(_consumed);
        _consumed = 0;
        Memory<byte> unread = received.Unread;
        if (unread.Length < PrefixLength)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(unread.Span);
        if (unread.Length < PrefixLength + length)
        {
            return false;
        }

        Memory<byte> message = unread.Slice(PrefixLength, length);
        if (!cipher.TryDecrypt(message.Span, message.Span))
        {
            throw new NoiseException($"A message of {length} bytes on the secured connection is not authentic.");
        }

        Plaintext = message[..^CipherState.TagLength];
        _consumed = PrefixLength + length;
        _emptyMessages = Plaintext.IsEmpty ? _emptyMessages + 1 : 0;
        if (_emptyMessages > MaxEmptyMessages)
        {
            throw new NoiseException($"The peer sent more than {MaxEmptyMessages} empty messages in a row.");
        }

        return true;
    }

    /// <summary>Receives more; false when the peer has closed the connection.</summary>
    /// <exception cref="NoiseException">It was closed in the middle of a message.</exception>
    public async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        int unread = received.Unread.Length;
        int wanted = unread < PrefixLength
            ? PrefixLength
            : PrefixLength + BinaryPrimitives.ReadUInt16BigEndian(received.Unread.Span);
        if (await received.ReceiveAsync(wanted, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        return unread == 0
            ? false
            : throw new NoiseException("The connection was closed in the middle of a Noise message.");
    }

    public void Dispose()
    {
        Plaintext = default;
        received.Dispose();
        cipher.Dispose();
    }
}
