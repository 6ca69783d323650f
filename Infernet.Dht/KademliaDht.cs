using System.Security.Cryptography;
using System.Text;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Dht.Keys;
using Infernet.Dht.Lookups;
using Infernet.Dht.Protocol;
using Infernet.Dht.Providers;
using Infernet.Dht.Publishing;
using Infernet.Dht.Records;
using Infernet.Dht.Routing;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.Dht;

/// <summary>
/// A node of a libp2p Kademlia DHT on top of a host, which stays its caller's. Its parts: <c>Keys</c> (the key space),
/// <c>Routing</c> (whom we know), <c>Lookups</c> (how we find others), <c>Protocol</c> (what goes over the wire),
/// <c>Records</c> and <c>Providers</c> (what we keep for others), <c>Publishing</c> (what others keep for us).
/// Source: https://github.com/libp2p/specs/blob/master/kad-dht/README.md. Thread-safe.
/// </summary>
public sealed class KademliaDht : IAsyncDisposable
{
    private readonly Libp2pHost _host;
    private readonly DhtOptions _options;
    private readonly RoutingTable _table;
    private readonly ValidatorSet _validators;
    private readonly RecordStore _records;
    private readonly ProviderStore _providers;
    private readonly PeerCodec _codec;
    private readonly PeerDirectory _directory;
    private readonly BackgroundTasks _tasks;
    private readonly KadClient _client;
    private readonly KadServer _server;
    private readonly RoutingKeeper _keeper;
    private readonly LookupRunner _lookups;
    private readonly Joiner _joiner;
    private readonly ValueReader _reader;
    private readonly ProviderFinder _finder;
    private readonly Publisher _publisher;
    private int _serving;
    private int _disposed;

    private KademliaDht(Libp2pHost host, DhtOptions options, ILoggerFactory loggers)
    {
        (_host, _options) = (host, options);
        var seeds = new Random(options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue));
        KadKey self = KadKey.Of(host.Id);
        var filter = new AddressFilter(options.AllowLocalAddresses, options.Messages.MaxAddressesPerPeer);
        _codec = new PeerCodec(filter);
        _table = new RoutingTable(self, options.Routing with { BucketSize = options.K }, options.Time);
        _validators = new ValidatorSet(options.Validators, options.Records);
        _records = new RecordStore(self, _validators, options.Records, options.Time);
        _providers = new ProviderStore(self, options.Providers, options.Time, new Random(seeds.Next()));
        _directory = new PeerDirectory(
            peer => peer == host.Id ? host.ListenAddresses : host.Peers.AddressesOf(peer), filter, options.Time);
        _tasks = new BackgroundTasks(loggers.CreateLogger<BackgroundTasks>());
        _client = new KadClient(host, options);
        _keeper = new RoutingKeeper(host, _table, _client, _directory, _tasks, options);
        _lookups = new LookupRunner(_table, _keeper, _client, _codec, _tasks, options);
        _joiner = new Joiner(
            host, _table, _keeper, _lookups, options, new Random(seeds.Next()), loggers.CreateLogger<Joiner>());
        _reader = new ValueReader(host.Id, _lookups, _client, _records, _validators, _tasks, options);
        _finder = new ProviderFinder(
            host.Id, _lookups, _keeper, _codec, _providers, _tasks, options, new Random(seeds.Next()));
        _publisher = new Publisher(
            host.Id, () => _directory.AddressesOf(host.Id), _table, _lookups, _finder,
            new Spreader(_client, _keeper, _tasks), _records, _providers, options, loggers.CreateLogger<Publisher>());
        _server = new KadServer(
            new RequestHandler(_table, _records, _providers, _directory, _codec, options.K, options.Messages),
            options, loggers.CreateLogger<KadServer>());
    }

    /// <summary>How the node is doing: a snapshot for a status page.</summary>
    public DhtStatistics Statistics => new()
    {
        Mode = Volatile.Read(ref _serving) != 0 ? DhtMode.Server : DhtMode.Client,
        RoutingTableSize = _table.Count,
        Records = _records.Count,
        RecordBytes = _records.Bytes,
        ProviderKeys = _providers.KeyCount,
        ProviderRecords = _providers.RecordCount,
        Publications = _publisher.Count,
        LookupsInFlight = _lookups.InFlight,
        RequestsInFlight = _client.InFlight,
        RequestsSent = _client.Sent,
        RequestsFailed = _client.Failed,
        RequestsServed = _server.Served,
        RequestsRefused = _server.Refused,
    };

    /// <summary>
    /// Starts to take part, and joins by the options' bootstrap addresses in the background: returns at once, also if
    /// nobody is there.
    /// </summary>
    public static Task<KademliaDht> StartAsync(
        Libp2pHost host, DhtOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        cancellationToken.ThrowIfCancellationRequested();
        options.Validate();
        var dht = new KademliaDht(host, options, loggers);
        if (options.Mode == DhtMode.Server)
        {
            dht.BecomeServer();
        }

        dht._keeper.Start();
        dht.StartLoops();
        return Task.FromResult(dht);
    }

    /// <summary>Starts to serve others, for a client that found out it can be reached. Does nothing the second time.</summary>
    public void BecomeServer()
    {
        if (Interlocked.Exchange(ref _serving, 1) == 0)
        {
            _host.Handle(_options.Protocol, ServeAsync);
        }
    }

    /// <summary>
    /// Connects to peers, then looks for this node's neighbours. The addresses are remembered and tried again while
    /// the node is alone.
    /// </summary>
    /// <returns>How many of the addresses answered.</returns>
    public Task<int> BootstrapAsync(IEnumerable<Multiaddr> addresses, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        return _joiner.JoinAsync(addresses, cancellationToken);
    }

    /// <summary>Where a peer is; null if nobody knows.</summary>
    /// <exception cref="TimeoutException">The look-up took too long.</exception>
    public async Task<PeerInfo?> FindPeerAsync(PeerId peer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(peer);
        if (peer == _host.Id || _host.ConnectedPeers.Contains(peer))
        {
            return new PeerInfo(peer, _directory.AddressesOf(peer));
        }

        PeerInfo? found = null;
        await _lookups.RunAsync(
            Requests.FindNode(peer.Span),
            (_, answer) =>
            {
                found ??= _codec.Decode(answer.CloserPeers, _options.Messages.MaxCloserPeers)
                    .FirstOrDefault(p => p.Id == peer && p.Addresses.Count > 0);
                return found is not null;
            },
            cancellationToken).ConfigureAwait(false);
        if (found is not null)
        {
            _keeper.Heard(peer, found.Addresses);
        }

        return found;
    }

    /// <summary>The k peers closest to a key that answered, closest first.</summary>
    /// <exception cref="TimeoutException">The look-up took too long.</exception>
    public async Task<IReadOnlyList<PeerInfo>> FindClosestAsync(
        ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        LookupResult found = await _lookups.FindClosestAsync(key, cancellationToken).ConfigureAwait(false);
        return [.. found.Closest.Select(p => new PeerInfo(p.Id, _directory.AddressesOf(p.Id)))];
    }

    /// <summary>
    /// Stores a value on the nodes closest to its key, and keeps it stored while it is good. Returns once a majority
    /// of them has confirmed; the rest goes on in the background.
    /// </summary>
    /// <exception cref="ArgumentException">The validator of the namespace refuses it, or there is none.</exception>
    /// <exception cref="TimeoutException">The look-up took too long; it will be tried again.</exception>
    public Task<PublishResult> PutValueAsync(
        string key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        PutValueAsync(Encoding.UTF8.GetBytes(key), value, cancellationToken);

    /// <summary>As the other, for keys that are no text.</summary>
    public Task<PublishResult> PutValueAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken) =>
        _publisher.PutValueAsync(key, value, cancellationToken);

    /// <summary>The best value under a key; null if there is none.</summary>
    /// <exception cref="ArgumentException">No validator knows the key's namespace.</exception>
    /// <exception cref="TimeoutException">The look-up took too long.</exception>
    public Task<byte[]?> GetValueAsync(string key, CancellationToken cancellationToken) =>
        GetValueAsync(Encoding.UTF8.GetBytes(key), cancellationToken);

    /// <summary>As the other, for keys that are no text.</summary>
    public Task<byte[]?> GetValueAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken) =>
        _validators.Knows(key)
            ? _reader.GetAsync(key, cancellationToken)
            : throw new ArgumentException("No validator knows the key's namespace; name one in DhtOptions.Validators.");

    /// <summary>
    /// Announces this node as a provider, and keeps announcing it. Returns once a majority of the nodes that keep the
    /// record has confirmed; the rest goes on in the background.
    /// </summary>
    /// <exception cref="TimeoutException">The look-up took too long; it will be tried again.</exception>
    public Task<PublishResult> ProvideAsync(ProviderKey key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _publisher.ProvideAsync(key.Root.Bytes, key, cancellationToken);
    }

    /// <summary>Announces this node as a provider of one bare key, and keeps announcing it.</summary>
    public Task<PublishResult> ProvideAsync(Multihash key, CancellationToken cancellationToken) =>
        _publisher.ProvideAsync(key.Bytes, null, cancellationToken);

    /// <summary>Stops announcing; the records of others run out by themselves.</summary>
    public void StopProviding(ProviderKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _publisher.StopProviding(key.Root.Bytes);
    }

    /// <summary>Stops announcing a bare key.</summary>
    public void StopProviding(Multihash key) => _publisher.StopProviding(key.Bytes);

    /// <summary>
    /// Providers as they are found, each once and never this node itself, until there are enough, all were asked, or
    /// the caller stops.
    /// </summary>
    public IAsyncEnumerable<PeerInfo> FindProvidersAsync(
        ProviderKey key, int limit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _finder.FindAsync(key, limit, cancellationToken);
    }

    /// <summary>Providers of one bare key.</summary>
    public IAsyncEnumerable<PeerInfo> FindProvidersAsync(
        Multihash key, int limit, CancellationToken cancellationToken = default) =>
        _finder.FindAsync(key.Bytes, limit, cancellationToken);

    /// <summary>Stops serving and asking; waits until everything under way has ended. The host stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _keeper.Dispose();
        await _tasks.DisposeAsync().ConfigureAwait(false);
        await _client.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ServeAsync(PeerStream stream, CancellationToken cancellationToken)
    {
        using CancellationTokenSource ended =
            CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _tasks.Stopping);
        await _server.ServeAsync(stream, ended.Token).ConfigureAwait(false);
    }

    private void StartLoops()
    {
        _ = _tasks.Run("join", stop => _joiner.JoinAsync(_options.Bootstrap, stop));
        _ = _tasks.RunEvery(
            "bootstrap retry", _options.BootstrapRetryInterval, _options.Time, _joiner.RetryIfAloneAsync);
        _ = _tasks.RunEvery("refresh", _options.RefreshInterval, _options.Time, _joiner.RefreshAsync);
        _ = _tasks.RunEvery("maintenance", _options.MaintenanceInterval, _options.Time, MaintainAsync);
        _ = _tasks.RunEvery("republication", _options.MaintenanceInterval, _options.Time, _publisher.RepublishDueAsync);
    }

    private async Task MaintainAsync(CancellationToken cancellationToken)
    {
        _records.RemoveExpired();
        _providers.RemoveExpired();
        _keeper.ProbeSuspects();
        await _client.SweepAsync().ConfigureAwait(false);
    }
}
