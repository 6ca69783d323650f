using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Core.Reputation;
using Infernet.Core.Schemas;
using Infernet.Daemon.Adverts;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Reputation;
using Infernet.Dht;
using Infernet.Libp2p.Hosting;

namespace Infernet.Daemon.Peers;

/// <summary>What this node knows of the others: connections and their signed adverts.</summary>
public sealed class PeerDirectory
{
    private static readonly TimeSpan RefreshTimeout = TimeSpan.FromSeconds(1);

    private readonly Libp2pHost _host;
    private readonly KademliaDht _dht;
    private readonly AdvertService _adverts;
    private readonly ReputationService _reputation;
    private readonly TimeProvider _time;

    internal PeerDirectory(
        Libp2pHost host, KademliaDht dht, AdvertService adverts, ReputationService reputation, TimeProvider time) =>
        (_host, _dht, _adverts, _reputation, _time) = (host, dht, adverts, reputation, time);

    /// <summary>Every known peer; those that are connected are asked first what they offer now.</summary>
    public async Task<IReadOnlyList<PeerStatus>> ListAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(RefreshTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await _adverts.RefreshConnectedAsync(new HashSet<PeerId>(), linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Whoever did not answer in time is shown as it was last known.
        }

        return List();
    }

    private List<PeerStatus> List()
    {
        HashSet<PeerId> connected = [.. _host.ConnectedPeers];
        IEnumerable<PeerId> known = connected.Union(_adverts.Directory.All().Select(a => a.Peer));
        return [.. known.Where(p => p != _host.Id).Order().Select(p => Describe(p, connected.Contains(p)))];
    }

    /// <summary>Connects to a peer and joins its network.</summary>
    /// <exception cref="ApiException">It can't be reached; says at which stage for each address.</exception>
    public async Task<PeerStatus> ConnectAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        try
        {
            PeerId peer = await _host.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            await _dht.BootstrapAsync([address.WithPeer(peer)], cancellationToken).ConfigureAwait(false);
            await _adverts.RefreshAsync(peer, cancellationToken).ConfigureAwait(false);
            return Describe(peer, connected: true);
        }
        catch (DialException failed)
        {
            throw new ApiException(new ApiError { Code = "unreachable", Message = failed.Message }, failed);
        }
    }

    private PeerStatus Describe(PeerId peer, bool connected)
    {
        VerifiedAdvert? advert = _adverts.Directory.Find(peer);
        PeerStanding standing = _reputation.Of(peer);
        IReadOnlyList<Multiaddr> addresses = _host.Peers.AddressesOf(peer);
        return new PeerStatus
        {
            PeerId = peer.ToString(),
            Connected = connected,
            Addresses = [.. (addresses.Count > 0 ? addresses : advert?.Addresses ?? []).Select(a => a.ToString())],
            Agent = _host.Peers.AgentOf(peer) ?? advert?.Contents.AgentVersion,
            Hardware = advert is null ? null : Describe(advert.Contents.Hardware, advert.Measurements),
            Models = [.. (advert?.Models ?? new Dictionary<Cid, ServedModel>()).Select(m => Describe(m.Key, m.Value))],
            TotalSlots = (int?)advert?.Contents.TotalSlots,
            FreeSlots = (int?)advert?.Contents.FreeSlots,
            Reputation = standing.Score,
            Exclusion = standing.Exclusion,
        };
    }

    private static HardwareStatus Describe(Hardware hardware, IReadOnlyList<Measurement> measured) => new()
    {
        Cpu = hardware.Cpu,
        CpuCores = (int)hardware.CpuCores,
        MemoryBytes = (long)hardware.MemoryBytes,
        Gpus = [.. hardware.Gpus.Select(g => new GpuStatus(g.Name, (long)g.MemoryBytes))],
        Claimed = MeasurementViews.Claim(hardware.ClaimedOperationsPerSecond, hardware.ClaimedBytesPerSecond),
        Measured = [.. measured.Select(MeasurementViews.Of)],
    };

    private static PeerModel Describe(Cid root, ServedModel model) => new(
        root.ToString(), model.Name, model.Quantization, (int)model.ContextLength, model.DecodeTokensPerSecond);
}
