using Infernet.ContentStore.Blobs;
using Infernet.Core.Identity;
using Infernet.Daemon.Adverts;
using Infernet.Daemon.Journal;
using Infernet.Daemon.Reputation;
using Infernet.Dht;
using Infernet.Dht.Records;
using Infernet.Libp2p.GossipSub;
using Infernet.Libp2p.Hosting;
using Microsoft.Extensions.Logging;

namespace Infernet.Daemon.Nodes;

/// <summary>What the services of a node stand on: home, identity, journal, store and network.</summary>
internal sealed record NodeGround(
    NodeJournal Journal, BlobStore Blobs, Libp2pHost Host, KademliaDht Dht, GossipSub Gossip,
    ReputationService Reputation, string Agent)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string Version { get; } = typeof(NodeGround).Assembly.GetName().Version!.ToString(3);

    /// <summary>Opens everything in order; the teardown owns it from then on, also if a later step fails.</summary>
    public static async Task<NodeGround> OpenAsync(
        NodeOptions options, ILoggerFactory loggers, Teardown teardown, CancellationToken cancellationToken)
    {
        MakeHome(options.Home);
        teardown.Own(HomeLock.Take(options.Home));
        NodeIdentity identity = KeyFile.LoadOrCreate(
            Path.Combine(options.Home, "identity.key"), options.IdentityPassphrase);
        NodeJournal journal = teardown.Own(NodeJournal.Open(
            new JournalOptions { Path = Path.Combine(options.Home, "infernet.db") }));
        BlobStore blobs = teardown.Own(BlobStore.Open(
            new BlobStoreOptions { Directory = Path.Combine(options.Home, "blobs") }, loggers));
        string agent = $"infernet/{Version}";
        Libp2pHost host = teardown.Own(await Libp2pHost.StartAsync(
            identity,
            new HostOptions { ListenAddresses = options.ListenAddresses, AgentVersion = agent, Time = options.Time },
            loggers, cancellationToken).ConfigureAwait(false));
        KademliaDht dht = teardown.Own(await KademliaDht.StartAsync(
            host,
            new DhtOptions
            {
                Time = options.Time,
                Validators = new Dictionary<string, IRecordValidator>
                {
                    [AdvertValidator.Namespace] = new AdvertValidator(),
                },
            },
            loggers, cancellationToken).ConfigureAwait(false));
        // Each of the two needs the other: evidence goes out by gossip, and gossip asks what a peer is worth.
        GossipSub? gossip = null;
        ReputationService reputation = teardown.Own(await ReputationService.OpenAsync(
            host.Id, journal.Evidence,
            new ReputationSetup
            {
                Arithmetic = Version,
                Publish = (fact, token) => gossip!.PublishAsync(EvidenceTopic.Name, fact, token),
                Time = options.Time,
                Log = loggers.CreateLogger<ReputationService>(),
            },
            cancellationToken).ConfigureAwait(false));
        var scoring = new PeerScoreOptions { AppSpecific = peer => EvidenceTopic.ScoreOf(reputation.Of(peer)) };
        gossip = teardown.Own(new GossipSub(host, new GossipSubOptions { Score = scoring }, options.Time, loggers));
        return new NodeGround(journal, blobs, host, dht, gossip, reputation, agent);
    }

    // Keys and answers lie here: nobody else on the machine has business in it.
    private static void MakeHome(string home)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(home);
        }
        else
        {
            Directory.CreateDirectory(home, OwnerOnly);
        }
    }
}
