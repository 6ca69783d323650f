using Infernet.Core.Identity;
using Infernet.Core.Multiformats;

namespace Infernet.Libp2p.Hosting;

/// <summary>What the peer store remembers of one peer; guarded by the store's lock.</summary>
internal sealed class KnownPeer(LinkedListNode<PeerId> use)
{
    /// <summary>The peer's place in the order of use.</summary>
    public LinkedListNode<PeerId> Use => use;

    public Dictionary<Multiaddr, AddressTrust> Addresses { get; } = [];

    public HashSet<string> Protocols { get; set; } = [];

    public string? Agent { get; set; }

    /// <summary>Adds an address, or raises its trust; a full record drops one of its least trusted.</summary>
    public void Add(Multiaddr address, AddressTrust trust)
    {
        if (Addresses.TryGetValue(address, out AddressTrust known))
        {
            Addresses[address] = known > trust ? known : trust;
            return;
        }

        if (Addresses.Count >= PeerStore.MaxAddressesPerPeer)
        {
            KeyValuePair<Multiaddr, AddressTrust> worst = Addresses.MinBy(a => a.Value);
            if (worst.Value > trust)
            {
                return;
            }

            Addresses.Remove(worst.Key);
        }

        Addresses.Add(address, trust);
    }
}
