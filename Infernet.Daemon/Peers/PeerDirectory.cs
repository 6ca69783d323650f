using Infernet.Core.Api;
using Infernet.Core.Multiformats;

namespace Infernet.Daemon.Peers;

/// <summary>What this node knows of the others: connections and their signed adverts.</summary>
public sealed class PeerDirectory
{
    public IReadOnlyList<PeerStatus> List() => throw new NotImplementedException();

    /// <summary>Connects to a peer and joins its network.</summary>
    /// <exception cref="ApiException">It can't be reached; says at which stage for each address.</exception>
    public Task<PeerStatus> ConnectAsync(Multiaddr address, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
