using System.Buffers;
using System.Buffers.Binary;
using Infernet.Libp2p.Multistream;
using Infernet.Libp2p.Transport;

namespace Infernet.Libp2p.Upgrade;

/// <summary>
/// The unsecured connection during its handshake: whole messages in, whole messages out. What is sent is gathered
/// until we have to wait for the peer, so that a handshake takes as few packets as its round trips allow.
/// </summary>
internal sealed class HandshakeLink(Stream link, ReceiveBuffer received)
{
    /// <summary>
    /// The longest handshake message that is read: it holds keys, a signature and a few names; an honest one stays
    /// below 1 KiB.
    /// </summary>
    private const int MaxNoiseMessage = 4_000;

    private const int PrefixLength = 2;

    private readonly ArrayBufferWriter<byte> _pending = new(256);

    /// <summary>Where the handshake stands, for the error that may come.</summary>
    public UpgradeStage Stage { get; set; }

    public void Append(ReadOnlySpan<byte> bytes) => _pending.Write(bytes);

    public void AppendNoise(ReadOnlySpan<byte> message)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_pending.GetSpan(PrefixLength), (ushort)message.Length);
        _pending.Advance(PrefixLength);
        _pending.Write(message);
    }

    /// <summary>What was gathered and not sent; the caller sends it.</summary>
    public byte[] TakePending()
    {
        byte[] pending = _pending.WrittenSpan.ToArray();
        _pending.ResetWrittenCount();
        return pending;
    }

    public async ValueTask<string> ReadMultistreamAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (MultistreamMessage.TryRead(received.Unread.Span, out string message, out int consumed))
            {
                received.Consume(consumed);
                return message;
            }

            await ReceiveAsync(received.Unread.Length + 1, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads one handshake message; the memory is good until the next call.</summary>
    public async ValueTask<byte[]> ReadNoiseAsync(CancellationToken cancellationToken)
    {
        int length = -1;
        while (true)
        {
            ReadOnlyMemory<byte> unread = received.Unread;
            if (unread.Length >= PrefixLength)
            {
                length = BinaryPrimitives.ReadUInt16BigEndian(unread.Span);
                if (length > MaxNoiseMessage)
                {
                    throw new InvalidDataException(
                        $"a handshake message of {length} bytes was announced; {MaxNoiseMessage} are allowed");
                }
            }

            if (length >= 0 && unread.Length >= PrefixLength + length)
            {
                byte[] message = unread.Slice(PrefixLength, length).ToArray();
                received.Consume(PrefixLength + length);
                return message;
            }

            await ReceiveAsync(PrefixLength + Math.Max(length, 0), cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask ReceiveAsync(int wanted, CancellationToken cancellationToken)
    {
        if (_pending.WrittenCount > 0)
        {
            await link.WriteAsync(_pending.WrittenMemory, cancellationToken).ConfigureAwait(false);
            _pending.ResetWrittenCount();
        }

        if (!await received.ReceiveAsync(wanted, cancellationToken).ConfigureAwait(false))
        {
            throw new EndOfStreamException("the peer closed the connection");
        }
    }
}
