using Infernet.ContentStore.Exchange;
using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;
using Infernet.Daemon.Adverts;
using Infernet.Daemon.Audits.Paying;
using Infernet.Daemon.Challenges;
using Infernet.Daemon.Challenges.Results;
using Infernet.Daemon.Jobs;
using Infernet.Daemon.Jobs.Auditing;
using Infernet.Daemon.Jobs.Matching;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Daemon.Jobs.Running;
using Infernet.Daemon.Jobs.Wire;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Models;
using Infernet.Daemon.Payments.Earning;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Daemon.Peers;
using Infernet.Daemon.Reputation;
using Infernet.Dht;
using Infernet.Execution.Llama;
using Infernet.Libp2p.Hosting;
using Infernet.Solana.Keys;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Nodes;

/// <summary>
/// One running node: owns the host, the DHT, the store, the engines and the services over them. They start from the
/// ground up (home, identity, journal, network, content, models, jobs) and end in the opposite order; what takes long
/// (joining, loading models, resuming jobs) goes on after the start.
/// </summary>
public sealed class Node : IAsyncDisposable
{
    private readonly NodeOptions _options;
    private readonly Teardown _teardown;
    private readonly DateTimeOffset _startedAt;
    private readonly NodeJournal _journal;
    private readonly Libp2pHost _host;
    private readonly KademliaDht _dht;
    private readonly AdvertService _adverts;
    private readonly HardwareSurvey _hardware;
    private readonly OwnMeasurements _speed;
    private readonly NodeProfile _profile;
    private readonly ProviderService _provider;
    private readonly AuditorPay? _auditorPay;
    private readonly CancellationTokenSource _stopping = new();

    private Node(
        NodeOptions options, NodeIdentity identity, NodeGround ground, Teardown teardown, ILoggerFactory loggers)
    {
        (_options, _teardown, _startedAt) = (options, teardown, options.Time.GetUtcNow());
        (_journal, _host, _dht) = (ground.Journal, ground.Host, ground.Dht);
        ILogger log = loggers.CreateLogger<Node>();

        Payments = options.Payments is { } payments
            ? NodePayments.Open(payments, options, _host, _dht, _journal, ground.Reputation, loggers, teardown) : null;
        var exchange = teardown.Own(new ChunkExchange(
            _host, ground.Blobs, new ExchangeOptions { Time = options.Time }, loggers));
        var catalog = new ModelCatalog(_journal.Models);
        _hardware = HardwareSurvey.Start(options.Home, options.CpuVariant, log, () => _adverts?.Touch());
        _speed = new OwnMeasurements(
            _host.Id, _journal.Challenges, () => _hardware.Status().CpuCores, options.Time);
        _profile = new NodeProfile(_host.Id, options, _hardware, catalog, _speed, Payments, ground.Agent);
        var advertOptions = new AdvertOptions();
        _adverts = teardown.Own(new AdvertService(
            _host, _dht, ground.Gossip, new OwnAdvert(_host, _profile.Advert, advertOptions, options.Time), advertOptions,
            options.Time, loggers.CreateLogger<AdvertService>()));
        catalog.Changed += _adverts.Touch;
        if (Payments is not null)
        {
            Payments.Earner.Prices.Changed += _adverts.Touch;
            _host.Handle(PayProtocol.Id, Payments.Earner.ServeAsync);
            if (Payments.Committee is { } committee)
            {
                _host.Handle(AttestProtocol.Id, committee.ServeAsync);
            }
        }

        teardown.Own(new PeerMemory(_host, _journal.Peers, options.Time, loggers.CreateLogger<PeerMemory>()));

        Reputation = ground.Reputation;
        teardown.Own(EvidenceTopic.Subscribe(ground.Gossip, Reputation));
        var names = new ModelNames(catalog, _adverts.Directory);
        Models = teardown.Own(new ModelService(
            catalog, ground.Blobs, new ModelFetcher(_host, _dht, exchange, _adverts.Directory),
            new ModelAnnouncer(_dht, loggers.CreateLogger<ModelAnnouncer>()),
            new EnginePool(catalog, ground.Blobs, EngineOptions(options), loggers),
            names, options.Serve, loggers.CreateLogger<ModelService>()));

        _provider = new ProviderService(
            identity, _profile.FindEngine, new ProviderLimits(), options.Time, loggers.CreateLogger<ProviderService>())
        {
            Seal = options.Conduct.Seal,
            StakedJobs = () => Payments?.StakedJobs ?? 0,
            PriorityOf = peer => ground.Reputation.Of(peer).QueuePriority,
            Earn = Payments is null ? null : Payments.Earner.AcceptAsync,
        };
        _host.Handle(JobProtocol.Id, _provider.ServeAsync);
        Challenges = teardown.Own(new ChallengeService(
            _host, _adverts, _speed, _journal.Challenges, options.Serve, () => _profile.BusySlots > 0,
            new ChallengeOptions(), options.Time, loggers.CreateLogger<ChallengeService>()));
        var candidates = new CandidateSource(
            _host, _dht, _adverts, _profile.Candidate, Reputation, Challenges.RateOf, options.Time);
        Reputation.Changed += _ => candidates.RaiseChanged();
        _adverts.Directory.Changed += _ => candidates.RaiseChanged();
        catalog.Changed += candidates.RaiseChanged;
        NodeAudits audits = NodeAudits.Open(
            _host, _profile, candidates, Reputation, Payments, _journal, options, loggers, teardown);
        _auditorPay = audits.Pay;
        var facts = teardown.Own(new FactRecorder(Reputation, log));
        _provider.Acknowledged = facts.Record;
        Jobs = new JobService(
            new RunServices(
                identity, _journal, candidates, new JobLinks(_host, _provider).OpenAsync, audits.Court, Reputation,
                facts, teardown.Own(new VerdictReveals(identity, _journal, Reputation, log)), Payments?.Payer,
                options.Running,
                options.Time, loggers.CreateLogger<JobRun>()),
            names);
        Jobs.LargeJobMatched += Challenges.Want;
        // Own jobs stop first: their own provider must still be there to be told, and their own auditor.
        teardown.Own(_provider);
        teardown.Own(Jobs);
        Peers = new PeerDirectory(_host, _dht, _adverts, Reputation, options.Time);
        Evidence = new EvidenceFiles(Reputation, _journal);
    }

    public PeerId Id => _host.Id;

    public JobService Jobs { get; }

    public ModelService Models { get; }

    public PeerDirectory Peers { get; }

    public ChallengeService Challenges { get; }

    public ReputationService Reputation { get; }

    internal EvidenceFiles Evidence { get; }

    /// <summary>Null when nothing is paid here.</summary>
    internal NodePayments? Payments { get; }

    /// <summary>The wallet that a known peer's advert names; null if it names none.</summary>
    internal Address? PayoutOf(PeerId peer) =>
        _adverts.Directory.Find(peer)?.Contents.PayoutAddress is { Length: Address.Length } payout
            ? new Address(payout.Span)
            : null;

    /// <summary>Opens the home, listens, joins the network, and resumes what was running.</summary>
    /// <exception cref="ApiException">The home is in use, a port is taken, the identity can't be read…</exception>
    public static async Task<Node> StartAsync(
        NodeOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        var teardown = new Teardown();
        try
        {
            NodeGround ground = await NodeGround.OpenAsync(options, loggers, teardown, cancellationToken)
                .ConfigureAwait(false);
            var node = new Node(options, ground.Host.Identity, ground, teardown, loggers);
            node.GoOn();
            return node;
        }
        catch (Exception failure)
        {
            await teardown.DisposeAsync().ConfigureAwait(false);
            if (StartFailures.Describe(failure) is { } error)
            {
                throw new ApiException(error, failure);
            }

            throw;
        }
    }

    public NodeStatus Status() => new()
    {
        PeerId = Id.ToString(),
        Version = NodeGround.Version,
        ListenAddresses = [.. _host.ListenAddresses.Select(a => a.WithPeer(Id).ToString())],
        StartedAt = _startedAt,
        ConnectedPeers = _host.ConnectedPeers.Count,
        RoutingTableSize = _dht.Statistics.RoutingTableSize,
        KnownProviders = _adverts.Directory.All().Count(a => a.Models.Count > 0 && a.Peer != Id),
        TotalSlots = _profile.TotalSlots,
        FreeSlots = _profile.FreeSlots,
        Hardware = _hardware.Status() with
        {
            Claimed = MeasurementViews.Claim(_speed.Claim?.OperationsPerSecond ?? 0, _speed.Claim?.BytesPerSecond ?? 0),
            Measured = [.. _speed.Carried().Select(MeasurementViews.Of)],
        },
        Models = Models.List(),
        ActiveJobs = Jobs.Active,
        ShardsServed = _provider.ShardsServed,
        TokensServed = _provider.TokensServed,
        Problems = [.. Problems()],
    };

    /// <summary>Finishes what can be finished within seconds, journals the rest, and lets go of everything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_stopping.IsCancellationRequested)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            await _teardown.DisposeAsync().ConfigureAwait(false);
            await _hardware.Completion.ConfigureAwait(false);
        }
    }

    private void GoOn()
    {
        IReadOnlyList<Multiaddr> known = [.. _options.Bootstrap, .. PeerMemory.Recall(_journal.Peers, Id)];
        if (known.Count > 0)
        {
            _teardown.Await(Task.Run(() => JoinAsync(known)), _stopping);
        }

        Payments?.Start();
        Models.Restore();
        Jobs.Restore();
    }

    private async Task JoinAsync(IReadOnlyList<Multiaddr> known)
    {
        try
        {
            await _dht.BootstrapAsync(known, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private IEnumerable<string> Problems()
    {
        if (_journal.Problem is { } journal)
        {
            yield return journal;
        }

        if (_hardware.Problem is { } hardware)
        {
            yield return hardware;
        }

        foreach (ModelStatus model in Models.List().Where(m => m.State == "failed"))
        {
            yield return $"the model {model.Alias} is not served: {model.Detail}";
        }

        foreach (string payment in Payments?.Problems() ?? [])
        {
            yield return payment;
        }

        if (_auditorPay?.Problem is { } dues)
        {
            yield return $"payments: {dues}";
        }

        if (_options.Bootstrap.Count > 0 && _host.ConnectedPeers.Count == 0)
        {
            yield return "no peer is connected; none of the bootstrap addresses answers";
        }
    }

    private static LlamaOptions EngineOptions(NodeOptions options) => new()
    {
        Sequences = options.Slots,
        ContextPerSequence = options.ContextLength,
        Threads = options.Threads,
        Variant = options.CpuVariant,
        FlashAttention = options.FlashAttention,
        Clock = options.Time,
    };
}
