using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht.Keys;
using Infernet.Dht.Protocol;
using Infernet.Libp2p.Hosting;

namespace Infernet.Dht.Routing;

/// <summary>
/// Keeps the routing table true to what happens: takes in who answers, drops who doesn't, and probes those that
/// connect or wait for a place before they get in. Thread-safe.
/// </summary>
internal sealed class RoutingKeeper : IDisposable
{
    private const int ProbeWorkers = 4;
    private const int MaxWaitingProbes = 1_024;
    private readonly Libp2pHost _host;
    private readonly RoutingTable _table;
    private readonly KadClient _client;
    private readonly PeerDirectory _directory;
    private readonly BackgroundTasks _tasks;
    private readonly DhtOptions _options;
    private readonly ConcurrentDictionary<KadKey, byte> _probing = [];
    private readonly Channel<KadPeer> _probes = Channel.CreateBounded<KadPeer>(MaxWaitingProbes);

    public RoutingKeeper(
        Libp2pHost host, RoutingTable table, KadClient client, PeerDirectory directory, BackgroundTasks tasks,
        DhtOptions options)
    {
        (_host, _table, _client, _directory, _tasks, _options) = (host, table, client, directory, tasks, options);
    }

    /// <summary>Starts to watch the host; peers that are connected already are probed.</summary>
    public void Start()
    {
        _host.PeerIdentified += OnIdentified;
        _host.PeerDisconnected += OnDisconnected;
        for (int i = 0; i < ProbeWorkers; i++)
        {
            _ = _tasks.Run("routing table probes", WorkAsync);
        }

        foreach (PeerId peer in _host.ConnectedPeers)
        {
            OnIdentified(peer);
        }
    }

    /// <summary>Remembers where a peer is that somebody named, so that it can be dialed.</summary>
    public void Heard(PeerId peer, IReadOnlyList<Multiaddr> addresses)
    {
        if (addresses.Count > 0 && peer != _host.Id)
        {
            _host.Peers.AddAddresses(peer, addresses);
        }
    }

    /// <summary>
    /// A peer has answered, which proves that it is there and serves. It gets in if others could dial it too.
    /// </summary>
    public void Answered(KadPeer peer)
    {
        if (_table.Contains(peer.Key))
        {
            _table.Admit(peer, null);
        }
        else if (TryLocate(peer.Id, out IPAddress? ip))
        {
            _table.Admit(peer, ip);
        }
    }

    /// <summary>A peer gave no usable answer.</summary>
    public void Failed(KadPeer peer, KadFailure failure)
    {
        if (_table.Fail(peer.Key, failure == KadFailure.Unreachable) is { } next)
        {
            QueueProbe(next);
        }
    }

    /// <summary>Asks a peer something simple; it gets into the table if it answers.</summary>
    public async Task<bool> ProbeAsync(KadPeer peer, CancellationToken cancellationToken)
    {
        KadReply reply = await _client
            .RequestAsync(peer.Id, Requests.FindNode(_host.Id.Span), cancellationToken).ConfigureAwait(false);
        if (reply.IsFailure)
        {
            Failed(peer, reply.Failure);
            return false;
        }

        Answered(peer);
        return true;
    }

    /// <summary>Probes the members of whom it isn't sure that they are still there.</summary>
    public void ProbeSuspects()
    {
        foreach (KadPeer suspect in _table.Suspects())
        {
            QueueProbe(suspect);
        }
    }

    public void Dispose()
    {
        _host.PeerIdentified -= OnIdentified;
        _host.PeerDisconnected -= OnDisconnected;
    }

    private void OnIdentified(PeerId id)
    {
        KadPeer peer = KadPeer.Of(id);
        _directory.Refresh(id);

        // "Nodes, both those operating in client and server mode, add another node to their routing table if and only
        // if that node operates in server mode", which it says by Identify.
        if (!_host.Peers.ProtocolsOf(id).Contains(_options.Protocol))
        {
            _table.Fail(peer.Key, unreachable: true);
        }
        else if (TryLocate(id, out IPAddress? ip) && _table.Consider(peer, ip) == Admission.Probe)
        {
            QueueProbe(peer);
        }
    }

    private void OnDisconnected(PeerId id)
    {
        _table.Suspect(KadKey.Of(id));
        _ = _tasks.Run("closing streams", _ => _client.ForgetAsync(id).AsTask());
    }

    private void QueueProbe(KadPeer peer)
    {
        // When too many wait, this one is left out: it comes again by a look-up or its next connection.
        if (_probing.TryAdd(peer.Key, 0) && !_probes.Writer.TryWrite(peer))
        {
            _probing.TryRemove(peer.Key, out _);
        }
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        await foreach (KadPeer peer in _probes.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await ProbeAsync(peer, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _probing.TryRemove(peer.Key, out _);
            }
        }
    }

    /// <summary>
    /// Whether a usable address of a peer is known, and the IP address that counts for its network: of the best
    /// address, which is the one that a dial proved if there was a dial.
    /// </summary>
    private bool TryLocate(PeerId peer, out IPAddress? ip)
    {
        IReadOnlyList<Multiaddr> addresses = _directory.AddressesOf(peer);
        ip = addresses.FirstOrDefault(a => a.IPAddress is not null && !a.IsCircuit)?.IPAddress;
        return addresses.Count > 0;
    }
}
