using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Infernet.Core.Multiformats;

namespace Infernet.Libp2p.Hosting;

/// <summary>Turns bound end points into addresses that others can dial.</summary>
internal static class ListenAddressList
{
    /// <summary>Lists each end point, and one on all interfaces as the address of each interface.</summary>
    public static IReadOnlyList<Multiaddr> Expand(IEnumerable<IPEndPoint> bound) =>
        [.. bound.SelectMany(Expand).Select(Multiaddr.FromTcp).Distinct()];

    private static IEnumerable<IPEndPoint> Expand(IPEndPoint bound)
    {
        bool isAny = bound.Address.Equals(IPAddress.Any) || bound.Address.Equals(IPAddress.IPv6Any);
        return isAny ? OfInterfaces(bound.AddressFamily).Select(a => new IPEndPoint(a, bound.Port)) : [bound];
    }

    // Link-local IPv6 addresses need a zone that means nothing to others.
    private static IEnumerable<IPAddress> OfInterfaces(AddressFamily family) => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
        .SelectMany(i => i.GetIPProperties().UnicastAddresses)
        .Select(a => a.Address)
        .Where(a => a.AddressFamily == family && !a.IsIPv6LinkLocal);
}
