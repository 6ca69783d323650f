using Infernet.Core.Identity;
using Infernet.Core.Multiformats;

namespace Infernet.Libp2p.Hosting;

/// <summary>
/// What this node knows of others, kept in memory and bounded. Thread-safe. Addresses that a peer itself signed or
/// that a dial proved are kept longer than hearsay.
/// </summary>
public sealed class PeerStore
{
    /// <summary>Remembers addresses for a peer (bounded per peer; unusable ones are dropped).</summary>
    public void AddAddresses(PeerId peer, IEnumerable<Multiaddr> addresses) => throw new NotImplementedException();

    /// <summary>The known addresses of a peer, best first, without the peer at the end.</summary>
    public IReadOnlyList<Multiaddr> AddressesOf(PeerId peer) => throw new NotImplementedException();

    /// <summary>The protocols that the peer said it speaks; empty if it was never identified.</summary>
    public IReadOnlyList<string> ProtocolsOf(PeerId peer) => throw new NotImplementedException();

    /// <summary>What the peer said its software is; null if it was never identified.</summary>
    public string? AgentOf(PeerId peer) => throw new NotImplementedException();
}
