using Infernet.Core.Multiformats;
using Infernet.Dht.Protocol;
using Infernet.Dht.Providers;
using Infernet.Dht.Records;
using Infernet.Dht.Routing;

namespace Infernet.Dht;

/// <summary>How a node takes part in a DHT. Immutable; validated when the DHT starts.</summary>
public sealed record DhtOptions
{
    /// <summary>What stands before <c>/kad/1.0.0</c> in the protocol's id: it separates networks.</summary>
    public string ProtocolPrefix { get; init; } = "/infernet";

    /// <summary>Whether to serve others from the start.</summary>
    public DhtMode Mode { get; init; } = DhtMode.Server;

    /// <summary>On how many nodes a record is kept, and the size of a bucket.</summary>
    public int K { get; init; } = 20;

    /// <summary>How many requests one look-up has in flight.</summary>
    public int Alpha { get; init; } = 10;

    /// <summary>
    /// How many of the closest nodes must have answered before the rest of the k closest is asked all at once.
    /// </summary>
    public int Resiliency { get; init; } = 3;

    /// <summary>
    /// Over how many disjoint paths a look-up goes. More than one makes it harder for hostile nodes to hide a
    /// record, and costs about as many times the requests.
    /// </summary>
    public int Paths { get; init; } = 1;

    /// <summary>How many good values a read collects before it settles on the best.</summary>
    public int Quorum { get; init; } = 3;

    /// <summary>How long one request may take, the dial included.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long a request no longer counts against <see cref="Alpha"/>.</summary>
    public TimeSpan SlowAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long one look-up may take.</summary>
    public TimeSpan LookupTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often buckets are refreshed and this node looks for its neighbours.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often to look after expiry, publications that are due, and loneliness.</summary>
    public TimeSpan MaintenanceInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a node without peers tries its bootstrap addresses again.</summary>
    public TimeSpan BootstrapRetryInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often this node's own values and provider records are published again.</summary>
    public TimeSpan RepublishInterval { get; init; } = TimeSpan.FromHours(22);

    /// <summary>Most values and provider records that this node publishes and renews.</summary>
    public int MaxPublications { get; init; } = 10_000;

    /// <summary>Whom to ask first, each address with a peer at its end; used again while this node is alone.</summary>
    public IReadOnlyList<Multiaddr> Bootstrap { get; init; } = [];

    /// <summary>
    /// Who judges the records of a namespace: <c>infernet/node</c> stands for the keys below
    /// <c>/infernet/node/</c>. The longest namespace that fits decides; keys outside all are refused.
    /// <c>pk</c> is always there.
    /// </summary>
    public IReadOnlyDictionary<string, IRecordValidator> Validators { get; init; } =
        new Dictionary<string, IRecordValidator>();

    /// <summary>Whether private and loopback addresses of others are believed and passed on.</summary>
    public bool AllowLocalAddresses { get; init; } = true;

    /// <summary>Bounds of messages and streams.</summary>
    public MessageLimits Messages { get; init; } = new();

    /// <summary>Bounds of the record store.</summary>
    public RecordLimits Records { get; init; } = new();

    /// <summary>Bounds of the provider store.</summary>
    public ProviderLimits Providers { get; init; } = new();

    /// <summary>Bounds of the routing table; its bucket size follows <see cref="K"/>.</summary>
    public RoutingLimits Routing { get; init; } = new();

    /// <summary>How many providers a key may have before newcomers go to its buckets.</summary>
    public int SplitThreshold { get; init; } = 32;

    /// <summary>The clock behind every time-out, expiry and interval.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The seed of every random choice; null for one from the system's randomness.</summary>
    public int? Seed { get; init; }

    /// <summary>The protocol's id.</summary>
    internal string Protocol => $"{ProtocolPrefix}/kad/1.0.0";

    /// <summary>Throws unless every value makes sense.</summary>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(K, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Alpha, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Resiliency, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Paths, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Quorum, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SplitThreshold, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Paths, Alpha);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RequestTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(LookupTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RefreshInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MaintenanceInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(BootstrapRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RepublishInterval, TimeSpan.Zero);
        if (ProtocolPrefix.Length < 2 || ProtocolPrefix[0] != '/' || ProtocolPrefix[^1] == '/')
        {
            throw new ArgumentException(
                $"The protocol prefix '{ProtocolPrefix}' should start with a slash and not end with one: /infernet.");
        }
    }
}
