using System.Net;
using System.Net.Sockets;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht.Routing;

namespace Infernet.Dht.Protocol;

/// <summary>Which addresses of others are worth keeping and passing on. Pure.</summary>
internal sealed class AddressFilter(bool allowLocal, int maxPerPeer)
{
    /// <summary>The usable addresses of a peer, without the peer at their ends, each once, bounded.</summary>
    public IReadOnlyList<Multiaddr> Usable(PeerId peer, IEnumerable<Multiaddr> addresses)
    {
        var usable = new List<Multiaddr>();
        foreach (Multiaddr address in addresses)
        {
            if (usable.Count == maxPerPeer)
            {
                break;
            }

            // An address that ends in another peer's id would send its dialer astray.
            bool foreign = address.PeerId is { } named && named != peer;
            if (!foreign && address.WithoutPeer() is { } bare && IsUsable(bare) && !usable.Contains(bare))
            {
                usable.Add(bare);
            }
        }

        return usable;
    }

    private bool IsUsable(Multiaddr address)
    {
        if (address.IPAddress is not { } ip)
        {
            return true;
        }

        bool nowhere = ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any) || ip.Equals(IPAddress.Broadcast)
            || ip.IsIPv6Multicast
            || (ip.AddressFamily == AddressFamily.InterNetwork && ip.GetAddressBytes()[0] is >= 224 and < 240);
        return !nowhere && (allowLocal || !IpGroup.IsLocal(ip));
    }
}
