using System.Collections.Concurrent;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Libp2p.Identify;
using Infernet.Libp2p.Perf;
using Infernet.Libp2p.Ping;
using Microsoft.Extensions.Logging;

namespace Infernet.Libp2p.Hosting;

/// <summary>Serves one inbound stream. The host resets the stream if it throws, and closes it when it returns.</summary>
public delegate Task StreamHandler(PeerStream stream, CancellationToken cancellationToken);

/// <summary>
/// A libp2p node: listens, dials, secures, multiplexes, and hands out streams by protocol.
/// <para>
/// Its parts: <c>Transport</c> moves bytes, <c>Upgrade</c> makes a secured connection of a raw one with the help of
/// <c>Multistream</c> and <c>Noise</c>, <c>Yamux</c> carries streams over it; the <see cref="Swarm"/> owns the
/// connections, and Identify, Ping and Perf are protocols like those of the application.
/// </para>
/// </summary>
public sealed partial class Libp2pHost : IAsyncDisposable
{
    private readonly HostOptions _options;
    private readonly ILogger _logger;
    private readonly ProtocolTable _protocols = new();
    private readonly Swarm _swarm;
    private readonly StreamOpener _opener;
    private readonly IdentifyProtocol _identify;
    private readonly ConcurrentDictionary<PeerId, bool> _identified = new();

    private Libp2pHost(NodeIdentity identity, HostOptions options, ILoggerFactory loggers)
    {
        Identity = identity;
        _options = options;
        _logger = loggers.CreateLogger<Libp2pHost>();
        _opener = new StreamOpener(Peers);
        var server = new StreamServer(_protocols, options, loggers.CreateLogger<StreamServer>());
        _swarm = new Swarm(identity, options, loggers.CreateLogger<Swarm>())
        {
            OnConnected = OnConnected,
            OnPeerGone = OnPeerGone,
            ServeStreamAsync = server.ServeAsync,
        };
        _identify = new IdentifyProtocol(this, _swarm, _protocols, options);
        _identify.Register();
        PingProtocol.Register(_protocols);
        if (options.ServePerf)
        {
            PerfServer.Register(_protocols);
        }
    }

    /// <summary>This node's id.</summary>
    public PeerId Id => Identity.Id;

    /// <summary>The key pair this node proves its id with.</summary>
    public NodeIdentity Identity { get; }

    /// <summary>
    /// Where this node listens, with the ports that were bound, without a peer at the end. A listener on all
    /// interfaces is listed with the address of each.
    /// </summary>
    public IReadOnlyList<Multiaddr> ListenAddresses { get; private set; } = [];

    /// <summary>What is known of other peers: addresses, protocols, agent.</summary>
    public PeerStore Peers { get; } = new();

    /// <summary>The peers with at least one open connection.</summary>
    public IReadOnlyCollection<PeerId> ConnectedPeers => _swarm.Connections.Peers;

    /// <summary>Raised (on any thread; must return at once) when the first connection to a peer was identified.</summary>
    public event Action<PeerId>? PeerIdentified;

    /// <summary>Raised (on any thread; must return at once) when the last connection to a peer is gone.</summary>
    public event Action<PeerId>? PeerDisconnected;

    /// <summary>Binds the listen addresses and starts accepting.</summary>
    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    public static async Task<Libp2pHost> StartAsync(
        NodeIdentity identity, HostOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        cancellationToken.ThrowIfCancellationRequested();
        options.Validate();
        var host = new Libp2pHost(identity, options, loggers);
        try
        {
            host._swarm.Start();
            host.ListenAddresses = ListenAddressList.Expand(host._swarm.BoundTo);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Serves a protocol; also announced by Identify (and pushed to connected peers when added later).</summary>
    public void Handle(string protocol, StreamHandler handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(protocol);
        ArgumentNullException.ThrowIfNull(handler);
        _protocols.Set(protocol, handler);
        _identify.OnProtocolsChanged();
    }

    /// <summary>
    /// Connects to an address, or answers at once if its peer is connected already. An address that names no peer
    /// accepts whoever answers.
    /// </summary>
    /// <returns>The peer that was proven to be there.</returns>
    /// <exception cref="DialException">Says for each address which stage failed, and why.</exception>
    public async Task<PeerId> ConnectAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.PeerId is not { } peer)
        {
            return await _swarm.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
        }

        ThrowIfSelf(peer);
        await _swarm.ConnectAsync(peer, [address], cancellationToken).ConfigureAwait(false);
        return peer;
    }

    /// <summary>Connects to a peer at the addresses that the peer store knows, or answers at once if connected.</summary>
    /// <exception cref="DialException">No address is known, or none worked.</exception>
    public async Task ConnectAsync(PeerId peer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ThrowIfSelf(peer);
        if (_swarm.Connections.Find(peer) is not null)
        {
            return;
        }

        IReadOnlyList<Multiaddr> addresses = Peers.AddressesOf(peer);
        if (addresses.Count == 0)
        {
            throw new DialException($"No address of {peer} is known; look it up in the DHT, or give one to dial.");
        }

        await _swarm.ConnectAsync(peer, addresses, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Opens a stream for a protocol, connecting first if need be. If Identify has told that the peer speaks it, the
    /// stream is there at once and negotiated along with the first data.
    /// </summary>
    /// <exception cref="DialException">The peer can't be reached.</exception>
    /// <exception cref="ProtocolNotSupportedException">The peer does not speak the protocol.</exception>
    public async ValueTask<PeerStream> OpenStreamAsync(
        PeerId peer, string protocol, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentException.ThrowIfNullOrEmpty(protocol);
        Connection connection = await ConnectionToAsync(peer, cancellationToken).ConfigureAwait(false);
        try
        {
            return await _opener.OpenAsync(connection, protocol, cancellationToken).ConfigureAwait(false);
        }
        catch (StreamResetException) when (!connection.Session.IsOpen)
        {
            // The connection was dying when it was chosen; another one may be had.
            connection = await ConnectionToAsync(peer, cancellationToken).ConfigureAwait(false);
            return await _opener.OpenAsync(connection, protocol, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Measures the round trip to a peer by the ping protocol, connecting first if need be.</summary>
    /// <exception cref="DialException">The peer can't be reached.</exception>
    public async Task<TimeSpan> PingAsync(PeerId peer, CancellationToken cancellationToken)
    {
        PeerStream stream = await OpenStreamAsync(peer, PingProtocol.Id, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return await PingProtocol.MeasureAsync(stream, _options.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Closes every connection to the peer.</summary>
    public Task DisconnectAsync(PeerId peer) =>
        Task.WhenAll(_swarm.Connections.Of(peer).Select(c => c.CloseAsync("The peer was disconnected by this side.")));

    /// <summary>Stops listening, says go-away on every connection, and waits for its loops and handlers to end.</summary>
    public ValueTask DisposeAsync() => _swarm.DisposeAsync();

    /// <summary>Names the peers whose connections make no room for others, idle or not. Must return at once.</summary>
    internal void Protect(Func<PeerId, bool> isProtected) => _swarm.IsProtected = isProtected;

    /// <summary>The open connections to a peer.</summary>
    internal IReadOnlyList<Connection> ConnectionsTo(PeerId peer) => _swarm.Connections.Of(peer);

    /// <summary>Opens a stream on a connection that is there; null if there is none.</summary>
    internal async ValueTask<PeerStream?> TryOpenStreamAsync(
        PeerId peer, string protocol, CancellationToken cancellationToken) =>
        _swarm.Connections.Find(peer) is { } connection
            ? await _opener.OpenAsync(connection, protocol, cancellationToken).ConfigureAwait(false)
            : null;

    /// <summary>Told by Identify when it has heard a peer out.</summary>
    internal void OnIdentified(Connection connection)
    {
        if (connection.Session.IsOpen && _identified.TryAdd(connection.Remote, true))
        {
            Raise(PeerIdentified, connection.Remote);
        }
    }

    private async ValueTask<Connection> ConnectionToAsync(PeerId peer, CancellationToken cancellationToken)
    {
        if (_swarm.Connections.Find(peer) is { } open)
        {
            return open;
        }

        await ConnectAsync(peer, cancellationToken).ConfigureAwait(false);
        return _swarm.Connections.Find(peer)
            ?? throw new DialException($"{peer} was connected, and closed the connection at once.");
    }

    private void OnConnected(Connection connection)
    {
        if (connection.IsDialer)
        {
            Peers.Add(connection.Remote, [connection.RemoteAddress], AddressTrust.Proven);
        }

        _swarm.TryRun(stopping => _identify.IdentifyAsync(connection, stopping));
    }

    private void OnPeerGone(PeerId peer)
    {
        _identified.TryRemove(peer, out _);
        Raise(PeerDisconnected, peer);
    }

    private void Raise(Action<PeerId>? subscribers, PeerId peer)
    {
        try
        {
            subscribers?.Invoke(peer);
        }
        catch (Exception defect)
        {
            LogSubscriberFailed(_logger, peer, defect);
        }
    }

    private void ThrowIfSelf(PeerId peer)
    {
        if (peer == Id)
        {
            throw new DialException($"{peer} is this node itself.");
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A subscriber to the events of {Peer} failed")]
    private static partial void LogSubscriberFailed(ILogger logger, PeerId peer, Exception defect);
}
