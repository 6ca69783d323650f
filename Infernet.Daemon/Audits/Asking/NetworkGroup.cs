using System.Net;
using System.Net.Sockets;
using Infernet.Core.Multiformats;

namespace Infernet.Daemon.Audits.Asking;

/// <summary>
/// The network that a peer is in as far as one owner commonly holds it: an IPv4 /24 or an IPv6 /48. Machines behind one
/// address count as one network, too, whatever they claim.
/// </summary>
internal static class NetworkGroup
{
    private const int Ipv4Bytes = 3;
    private const int Ipv6Bytes = 6;

    /// <summary>The group of the first address that has one; null if none has.</summary>
    public static string? Of(IEnumerable<Multiaddr> addresses) =>
        addresses.Select(a => a.IPAddress).FirstOrDefault(ip => ip is not null) is { } address ? Of(address) : null;

    private static string Of(IPAddress address)
    {
        IPAddress ip = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        byte[] bytes = ip.GetAddressBytes();
        return Convert.ToHexString(
            bytes, 0, ip.AddressFamily == AddressFamily.InterNetwork ? Ipv4Bytes : Ipv6Bytes);
    }
}
