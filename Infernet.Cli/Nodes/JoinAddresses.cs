using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Infernet.Core.Api;
using Infernet.Core.Multiformats;

namespace Infernet.Cli.Nodes;

/// <summary>The addresses by which others join a node, best first.</summary>
internal static class JoinAddresses
{
    /// <summary>
    /// A node that listens on every interface is reached by none of them under that name, so each interface's own
    /// address takes its place: global ones before loopback, IPv4 before IPv6.
    /// </summary>
    public static IReadOnlyList<string> Of(NodeStatus status)
    {
        IEnumerable<Multiaddr> addresses = status.ListenAddresses
            .Select(text => Multiaddr.TryParse(text, out Multiaddr address) ? address : null)
            .OfType<Multiaddr>()
            .SelectMany(Expand)
            .Distinct()
            .OrderBy(a => a.IPAddress is { } ip && IPAddress.IsLoopback(ip))
            .ThenBy(a => a.IPAddress?.AddressFamily != AddressFamily.InterNetwork);
        return [.. addresses.Select(a => a.ToString() is var text && a.PeerId is null
            ? $"{text}/p2p/{status.PeerId}"
            : text)];
    }

    private static IEnumerable<Multiaddr> Expand(Multiaddr address)
    {
        if (address.IPAddress is not { } ip || !(ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any))
            || !address.TryGetTcp(out _, out int port))
        {
            return [address];
        }

        return Local(ip.AddressFamily).Select(own => Multiaddr.FromTcp(new IPEndPoint(own, port)));
    }

    private static IEnumerable<IPAddress> Local(AddressFamily family) => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
        .SelectMany(i => i.GetIPProperties().UnicastAddresses)
        .Select(a => a.Address)
        .Where(a => a.AddressFamily == family && !a.IsIPv6LinkLocal);
}
