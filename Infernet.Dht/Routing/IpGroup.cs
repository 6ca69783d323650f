using System.Net;
using System.Net.Sockets;

namespace Infernet.Dht.Routing;

/// <summary>
/// The network that an address belongs to, as far as one owner commonly holds it: an IPv4 /16 or an IPv6 /32.
/// Many identities behind few networks are the cheap way to surround a node; tables limit peers per group.
/// </summary>
public readonly record struct IpGroup(AddressFamily Family, uint Prefix)
{
    /// <summary>The group of an address; null for loopback, private and link-local ones unless they count too.</summary>
    public static IpGroup? Of(IPAddress? address, bool includeLocal)
    {
        if (address is null)
        {
            return null;
        }

        IPAddress ip = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (!includeLocal && IsLocal(ip))
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        _ = ip.TryWriteBytes(bytes, out _);
        return ip.AddressFamily == AddressFamily.InterNetwork
            ? new IpGroup(ip.AddressFamily, (uint)((bytes[0] << 8) | bytes[1]))
            : new IpGroup(ip.AddressFamily, (uint)((bytes[0] << 24) | (bytes[1] << 16) | (bytes[2] << 8) | bytes[3]));
    }

    /// <summary>Whether an address means something within one machine or one site only.</summary>
    public static bool IsLocal(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            return IsLocal(address.MapToIPv4());
        }

        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return IPAddress.IsLoopback(address) || address.IsIPv6LinkLocal || address.IsIPv6UniqueLocal
                || address.IsIPv6SiteLocal;
        }

        Span<byte> b = stackalloc byte[4];
        _ = address.TryWriteBytes(b, out _);
        return b[0] switch
        {
            10 or 127 => true,
            172 => b[1] is >= 16 and < 32,
            192 => b[1] == 168,
            169 => b[1] == 254,
            100 => b[1] is >= 64 and < 128,
            _ => false,
        };
    }
}
