using System.Text;
using Infernet.Libp2p.Messages;

namespace Infernet.Libp2p.GossipSub.Wire;

/// <summary>
/// Walks over the fields of one protobuf message without allocating, so that counts can be checked before anything is
/// kept: generated parsers build the whole tree first, and a peer could make that a hundred times what it sent.
/// Source: https://protobuf.dev/programming-guides/encoding.
/// </summary>
internal ref struct FieldReader(ReadOnlySpan<byte> message)
{
    /// <summary>The longest varint of 64 bits, in bytes.</summary>
    private const int MaxVarintLength = 10;

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = message;
    private ReadOnlySpan<byte> _value;
    private ReadOnlySpan<byte> _raw;
    private ulong _number;
    private WireType _type;

    private enum WireType
    {
        Varint = 0,
        Fixed64 = 1,
        Bytes = 2,
        Fixed32 = 5,
    }

    /// <summary>The number of the field that was read last.</summary>
    public int Field { get; private set; }

    /// <summary>That field as it was encoded, tag and all.</summary>
    public readonly ReadOnlySpan<byte> Raw => _raw;

    /// <summary>Reads the next field; false at the end of the message.</summary>
    /// <exception cref="MessageException">These bytes are no protobuf message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<byte> start = _rest;
        ulong tag = ReadVarint();
        _type = (WireType)(tag & 7);
        Field = tag >> 3 is > 0 and <= int.MaxValue >> 3
            ? (int)(tag >> 3)
            : throw new MessageException($"{tag >> 3} is no field number.");
        switch (_type)
        {
            case WireType.Varint:
                _number = ReadVarint();
                break;
            case WireType.Fixed64:
                _value = Take(8);
                break;
            case WireType.Bytes:
                _value = Take(ReadVarint());
                break;
            case WireType.Fixed32:
                _value = Take(4);
                break;
            default:
                throw new MessageException($"Field {Field} has the unknown wire type {_type}.");
        }

        _raw = start[..^_rest.Length];
        return true;
    }

    /// <summary>The bytes of a length-delimited field.</summary>
    public readonly ReadOnlySpan<byte> Bytes() => _type == WireType.Bytes ? _value : throw Mistyped();

    /// <summary>The number in a varint field.</summary>
    public readonly ulong Number() => _type == WireType.Varint ? _number : throw Mistyped();

    /// <summary>The text of a length-delimited field.</summary>
    public readonly string Text(int maxBytes)
    {
        ReadOnlySpan<byte> bytes = Bytes();
        if (bytes.Length > maxBytes)
        {
            throw new MessageException($"The text in field {Field} has {bytes.Length} bytes; {maxBytes} are allowed.");
        }

        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException broken)
        {
            throw new MessageException($"The text in field {Field} is not UTF-8.", broken);
        }
    }

    private readonly MessageException Mistyped() => new($"Field {Field} has the wire type {_type}.");

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw new MessageException($"Field {Field} ends behind its message.");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (int i = 0; i < _rest.Length && i < MaxVarintLength; i++)
        {
            value |= (ulong)(_rest[i] & 0x7f) << (7 * i);
            if (_rest[i] < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return value;
            }
        }

        throw new MessageException("A varint is cut off, or too long.");
    }
}
