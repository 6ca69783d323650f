using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Infernet.Core.Identity;

namespace Infernet.Core.Multiformats;

/// <summary>One step of a multiaddr: a protocol and, where it has one, its value in binary.</summary>
internal readonly record struct MultiaddrComponent(MultiaddrProtocol Protocol, ReadOnlyMemory<byte> Value)
{
    /// <summary>The longest value that is accepted, in bytes: a DNS name has at most 253.</summary>
    private const int MaxValueLength = 256;

    /// <summary>Reads one component from the start of the source; false if it is unknown or broken.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> source, out MultiaddrComponent component, out int length)
    {
        component = default;
        length = 0;
        if (Varint.Read(source.Span, out ulong code, out int at) != OperationStatus.Done
            || MultiaddrProtocol.Find(code) is not { } protocol)
        {
            return false;
        }

        int size = protocol.Size;
        if (size < 0)
        {
            if (Varint.Read(source.Span[at..], out ulong declared, out int prefix) != OperationStatus.Done
                || declared > MaxValueLength)
            {
                return false;
            }

            at += prefix;
            size = (int)declared;
        }

        if (source.Length - at < size)
        {
            return false;
        }

        component = new MultiaddrComponent(protocol, source.Slice(at, size));
        length = at + size;
        return component.IsWellFormed();
    }

    /// <summary>Parses a value's text form; false if it does not fit the protocol.</summary>
    public static bool TryParse(MultiaddrProtocol protocol, string text, out MultiaddrComponent component)
    {
        byte[]? value = protocol.Code switch
        {
            MultiaddrProtocol.Ip4Code => Ip(text, AddressFamily.InterNetwork),
            MultiaddrProtocol.Ip6Code => Ip(text, AddressFamily.InterNetworkV6),
            MultiaddrProtocol.TcpCode or MultiaddrProtocol.UdpCode => Port(text),
            MultiaddrProtocol.P2pCode => PeerId.TryParse(text, out PeerId id) ? id.ToBytes() : null,
            MultiaddrProtocol.CertHashCode => Multibase.TryDecode(text, out byte[] hash) ? hash : null,
            _ => text.Length is > 0 and <= MaxValueLength ? Encoding.UTF8.GetBytes(text) : null,
        };
        component = new MultiaddrComponent(protocol, value);
        return value is not null && component.IsWellFormed();
    }

    public void WriteTo(MemoryStream output)
    {
        Span<byte> prefix = stackalloc byte[10];
        output.Write(prefix[..Varint.Write(prefix, Protocol.Code)]);
        if (Protocol.Size < 0)
        {
            output.Write(prefix[..Varint.Write(prefix, (ulong)Value.Length)]);
        }

        output.Write(Value.Span);
    }

    public string ValueText() => Protocol.Code switch
    {
        MultiaddrProtocol.Ip4Code or MultiaddrProtocol.Ip6Code => new IPAddress(Value.Span).ToString(),
        MultiaddrProtocol.TcpCode or MultiaddrProtocol.UdpCode =>
            BinaryPrimitives.ReadUInt16BigEndian(Value.Span).ToString(CultureInfo.InvariantCulture),
        MultiaddrProtocol.P2pCode => Base58.Encode(Value.Span),
        MultiaddrProtocol.CertHashCode => Multibase.EncodeBase64Url(Value.Span),
        _ => Encoding.UTF8.GetString(Value.Span),
    };

    // A text value may hold no separator and nothing unprintable, or the text form would say something else.
    private bool IsWellFormed() => Protocol switch
    {
        { Code: MultiaddrProtocol.P2pCode } => PeerId.TryParse(Value.Span, out _),
        { Code: MultiaddrProtocol.CertHashCode } => Multihash.TryParse(Value.Span, out _),
        { Size: -1 } => Value.Length > 0
            && !Value.Span.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e)
            && !Value.Span.Contains((byte)'/'),
        _ => true,
    };

    // .NET also reads "127.1" and "fe80::1%eth0" as addresses; a multiaddr has neither.
    private static byte[]? Ip(string text, AddressFamily family)
    {
        bool plain = family == AddressFamily.InterNetwork ? text.Count(c => c == '.') == 3 : !text.Contains('%');
        return plain && IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == family
            ? address.GetAddressBytes()
            : null;
    }

    private static byte[]? Port(string text)
    {
        if (!ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return null;
        }

        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, port);
        return bytes;
    }
}
