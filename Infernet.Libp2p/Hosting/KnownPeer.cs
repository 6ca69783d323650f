using Infernet.Core.Identity;
using Infernet.Core.Multiformats;

namespace Infernet.Libp2p.Hosting;

/// <summary>What the peer store remembers of one peer; guarded by the store's lock.</summary>
internal sealed class KnownPeer(LinkedListNode<PeerId> use)
{
    private ulong _recordSequence;

    /// <summary>The peer's place in the order of use.</summary>
    public LinkedListNode<PeerId> Use => use;

    public Dictionary<Multiaddr, AddressTrust> Addresses { get; } = [];

    public HashSet<string> Protocols { get; set; } = [];

    public string? Agent { get; set; }

    /// <summary>The newest signed record of the peer, as it was received; empty if there is none.</summary>
    public ReadOnlyMemory<byte> SignedRecord { get; private set; }

    /// <summary>RFC 0003: a record replaces those with smaller numbers only.</summary>
    public void SetRecord(byte[] signedRecord, ulong sequence)
    {
        if (SignedRecord.IsEmpty || sequence > _recordSequence)
        {
            (SignedRecord, _recordSequence) = (signedRecord, sequence);
        }
    }

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
