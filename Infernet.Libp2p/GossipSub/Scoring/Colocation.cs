using System.Net;
using System.Net.Sockets;
using Infernet.Core.Identity;

namespace Infernet.Libp2p.GossipSub.Scoring;

/// <summary>How many connected peers share an address: P6.</summary>
internal sealed class Colocation(PeerScoreOptions options)
{
    private readonly Dictionary<IPAddress, HashSet<PeerId>> _peers = [];

    /// <summary>The networks that a peer at these addresses counts for.</summary>
    public IReadOnlyList<IPAddress> NetworksOf(IEnumerable<IPAddress> addresses) =>
        [.. addresses.Where(a => !options.IpColocationExempt.Any(n => n.Contains(a))).Select(Network).Distinct()];

    public void Add(PeerId peer, IReadOnlyList<IPAddress> networks)
    {
        foreach (IPAddress network in networks)
        {
            if (!_peers.TryGetValue(network, out HashSet<PeerId>? peers))
            {
                _peers.Add(network, peers = []);
            }

            peers.Add(peer);
        }
    }

    public void Remove(PeerId peer, IReadOnlyList<IPAddress> networks)
    {
        foreach (IPAddress network in networks)
        {
            if (_peers.TryGetValue(network, out HashSet<PeerId>? peers) && peers.Remove(peer) && peers.Count == 0)
            {
                _peers.Remove(network);
            }
        }
    }

    /// <summary>The square of the surplus, over all networks of a peer, with its weight.</summary>
    public double Score(IReadOnlyList<IPAddress> networks)
    {
        double sum = 0;
        foreach (IPAddress network in networks)
        {
            double surplus = Math.Max(_peers[network].Count - options.IpColocationThreshold, 0);
            sum += surplus * surplus;
        }

        return options.IpColocationWeight * sum;
    }

    // Whoever has one IPv6 address has 2^64 of them.
    private static IPAddress Network(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
