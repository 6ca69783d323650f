#pragma warning disable CS0067
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Microsoft.Extensions.Logging;

namespace Infernet.Libp2p.Hosting;

/// <summary>Serves one inbound stream. The host resets the stream if it throws, and closes it when it returns.</summary>
public delegate Task StreamHandler(PeerStream stream, CancellationToken cancellationToken);

/// <summary>
/// A libp2p node: listens, dials, secures, multiplexes, and hands out streams by protocol.
/// </summary>
public sealed class Libp2pHost : IAsyncDisposable
{
    /// <summary>This node's id.</summary>
    public PeerId Id => throw new NotImplementedException();

    /// <summary>The key pair this node proves its id with.</summary>
    public NodeIdentity Identity => throw new NotImplementedException();

    /// <summary>Where this node listens, with the ports that were bound, without a peer at the end.</summary>
    public IReadOnlyList<Multiaddr> ListenAddresses => throw new NotImplementedException();

    /// <summary>What is known of other peers: addresses, protocols, agent.</summary>
    public PeerStore Peers => throw new NotImplementedException();

    /// <summary>The peers with at least one open connection.</summary>
    public IReadOnlyCollection<PeerId> ConnectedPeers => throw new NotImplementedException();

    /// <summary>Raised (on any thread; must return at once) when the first connection to a peer was identified.</summary>
    public event Action<PeerId>? PeerIdentified;

    /// <summary>Raised (on any thread; must return at once) when the last connection to a peer is gone.</summary>
    public event Action<PeerId>? PeerDisconnected;

    /// <summary>Binds the listen addresses and starts accepting.</summary>
    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    public static Task<Libp2pHost> StartAsync(
        NodeIdentity identity, HostOptions options, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Serves a protocol; also announced by Identify (and pushed to connected peers when added later).</summary>
    public void Handle(string protocol, StreamHandler handler) => throw new NotImplementedException();

    /// <summary>
    /// Connects to an address, or answers at once if its peer is connected already. An address that names no peer
    /// accepts whoever answers.
    /// </summary>
    /// <returns>The peer that was proven to be there.</returns>
    /// <exception cref="DialException">Says for each address which stage failed, and why.</exception>
    public Task<PeerId> ConnectAsync(Multiaddr address, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Connects to a peer at the addresses that the peer store knows, or answers at once if connected.</summary>
    /// <exception cref="DialException">No address is known, or none worked.</exception>
    public Task ConnectAsync(PeerId peer, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Opens a stream for the first of the protocols that the peer speaks, connecting first if need be.</summary>
    /// <exception cref="DialException">The peer can't be reached.</exception>
    /// <exception cref="ProtocolNotSupportedException">The peer speaks none of them.</exception>
    public ValueTask<PeerStream> OpenStreamAsync(PeerId peer, string protocol, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Closes every connection to the peer.</summary>
    public Task DisconnectAsync(PeerId peer) => throw new NotImplementedException();

    /// <summary>Stops listening, says go-away on every connection, and waits for its loops to end.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
