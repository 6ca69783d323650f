using System.Buffers.Binary;
using System.Net;
using System.Text;
using Google.Protobuf;
using Infernet.Core.Identity;

namespace Infernet.Core.Multiformats;

/// <summary>
/// A self-describing network address such as <c>/ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…</c>.
/// Source: https://github.com/multiformats/multiaddr. Compares by value; immutable.
/// Protocols outside the table are refused, since nothing here could dial them.
/// </summary>
public sealed class Multiaddr : IEquatable<Multiaddr>
{
    /// <summary>The longest binary form that is accepted, in bytes.</summary>
    public const int MaxLength = 1024;

    private readonly MultiaddrComponent[] _components;
    private readonly byte[] _bytes;

    private Multiaddr(MultiaddrComponent[] components)
    {
        _components = components;
        using var output = new MemoryStream();
        foreach (MultiaddrComponent component in components)
        {
            component.WriteTo(output);
        }

        _bytes = output.ToArray();
    }

    /// <summary>The binary form.</summary>
    public ReadOnlySpan<byte> Span => _bytes;

    /// <summary>The peer that the address names at its end, if it names one.</summary>
    public PeerId? PeerId => _components[^1] is { Protocol.Code: MultiaddrProtocol.P2pCode } last
        && Identity.PeerId.TryParse(last.Value.Span, out PeerId id) ? id : null;

    /// <summary>Whether the way leads over a relay.</summary>
    public bool IsCircuit => _components.Any(c => c.Protocol.Code == MultiaddrProtocol.CircuitCode);

    /// <summary>The IP address that the way begins with, if it begins with one.</summary>
    public IPAddress? IPAddress =>
        _components[0].Protocol.Code is MultiaddrProtocol.Ip4Code or MultiaddrProtocol.Ip6Code
            ? new IPAddress(_components[0].Value.Span)
            : null;

    /// <summary>The address of an IP end point over TCP.</summary>
    public static Multiaddr FromTcp(IPEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        IPAddress ip = endPoint.Address.IsIPv4MappedToIPv6 ? endPoint.Address.MapToIPv4() : endPoint.Address;
        byte[] address = ip.GetAddressBytes();
        byte[] port = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)endPoint.Port);
        uint family = address.Length == 4 ? MultiaddrProtocol.Ip4Code : MultiaddrProtocol.Ip6Code;
        return new Multiaddr([Component(family, address), Component(MultiaddrProtocol.TcpCode, port)]);
    }

    /// <summary>Parses the binary form.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out Multiaddr address)
    {
        address = null!;
        if (bytes.IsEmpty || bytes.Length > MaxLength)
        {
            return false;
        }

        var components = new List<MultiaddrComponent>();
        for (ReadOnlyMemory<byte> rest = bytes.ToArray(); !rest.IsEmpty;)
        {
            if (!MultiaddrComponent.TryRead(rest, out MultiaddrComponent component, out int length))
            {
                return false;
            }

            components.Add(component);
            rest = rest[length..];
        }

        address = new Multiaddr([.. components]);
        return true;
    }

    /// <summary>Parses the text form.</summary>
    public static bool TryParse(string? text, out Multiaddr address)
    {
        address = null!;
        if (text is null || text.Length is < 2 or > MaxLength || text[0] != '/')
        {
            return false;
        }

        string[] parts = text.TrimEnd('/').Split('/');
        var components = new List<MultiaddrComponent>();
        for (int i = 1; i < parts.Length; i++)
        {
            if (MultiaddrProtocol.Find(parts[i]) is not { } protocol)
            {
                return false;
            }

            if (protocol.Size == 0)
            {
                components.Add(new MultiaddrComponent(protocol, default));
                continue;
            }

            if (++i >= parts.Length
                || !MultiaddrComponent.TryParse(protocol, parts[i], out MultiaddrComponent component))
            {
                return false;
            }

            components.Add(component);
        }

        if (components.Count > 0)
        {
            address = new Multiaddr([.. components]);
        }

        return components.Count > 0;
    }

    /// <summary>Parses the text form, or says why not.</summary>
    /// <exception cref="FormatException">The text is no multiaddr.</exception>
    public static Multiaddr Parse(string text) => TryParse(text, out Multiaddr address)
        ? address
        : throw new FormatException(
            $"'{text}' is not a multiaddr; one looks like /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…");

    /// <summary>The binary form as a protobuf field's value.</summary>
    public ByteString ToByteString() => ByteString.CopyFrom(_bytes);

    /// <summary>The same address with the peer named at its end.</summary>
    public Multiaddr WithPeer(PeerId peer)
    {
        ArgumentNullException.ThrowIfNull(peer);
        return PeerId == peer
            ? this
            : new Multiaddr([.. _components, Component(MultiaddrProtocol.P2pCode, peer.ToBytes())]);
    }

    /// <summary>The same address without the peer at its end; null if nothing else is left.</summary>
    public Multiaddr? WithoutPeer()
    {
        if (PeerId is null)
        {
            return this;
        }

        return _components.Length == 1 ? null : new Multiaddr(_components[..^1]);
    }

    /// <summary>
    /// The host and port to dial, if this is plain TCP (<c>/ip4|ip6|dns…/…/tcp/…</c>, perhaps with a peer at its end).
    /// </summary>
    public bool TryGetTcp(out string host, out int port)
    {
        host = "";
        port = 0;
        MultiaddrComponent[] path = PeerId is null ? _components : _components[..^1];
        if (path.Length != 2 || path[1].Protocol.Code != MultiaddrProtocol.TcpCode)
        {
            return false;
        }

        host = path[0].ValueText();
        port = BinaryPrimitives.ReadUInt16BigEndian(path[1].Value.Span);
        return path[0].Protocol.Code is MultiaddrProtocol.Ip4Code or MultiaddrProtocol.Ip6Code
            or MultiaddrProtocol.DnsCode or MultiaddrProtocol.Dns4Code or MultiaddrProtocol.Dns6Code;
    }

    public bool Equals(Multiaddr? other) => other is not null && Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => Equals(obj as Multiaddr);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_bytes);
        return hash.ToHashCode();
    }

    public static bool operator ==(Multiaddr? left, Multiaddr? right) => Equals(left, right);

    public static bool operator !=(Multiaddr? left, Multiaddr? right) => !Equals(left, right);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (MultiaddrComponent component in _components)
        {
            text.Append('/').Append(component.Protocol.Name);
            if (component.Protocol.Size != 0)
            {
                text.Append('/').Append(component.ValueText());
            }
        }

        return text.ToString();
    }

    private static MultiaddrComponent Component(uint code, byte[] value) =>
        new(MultiaddrProtocol.Find(code)!, value);
}
