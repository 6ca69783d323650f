namespace Infernet.Dht;

/// <summary>What a node's status page shows of its DHT: a snapshot.</summary>
public sealed record DhtStatistics
{
    /// <summary>Whether requests of others are served.</summary>
    public required DhtMode Mode { get; init; }

    /// <summary>The peers in the routing table.</summary>
    public required int RoutingTableSize { get; init; }

    /// <summary>The records kept for others and for this node.</summary>
    public required int Records { get; init; }

    /// <summary>The bytes of those records' keys and values.</summary>
    public required long RecordBytes { get; init; }

    /// <summary>The keys with at least one provider, as far as this node was told.</summary>
    public required int ProviderKeys { get; init; }

    /// <summary>The provider records under those keys.</summary>
    public required int ProviderRecords { get; init; }

    /// <summary>The values and provider records that this node itself publishes and renews.</summary>
    public required int Publications { get; init; }

    /// <summary>The look-ups under way.</summary>
    public required int LookupsInFlight { get; init; }

    /// <summary>The requests sent that wait for an answer.</summary>
    public required int RequestsInFlight { get; init; }

    /// <summary>The requests sent since the start.</summary>
    public required long RequestsSent { get; init; }

    /// <summary>Those of them that failed.</summary>
    public required long RequestsFailed { get; init; }

    /// <summary>The requests of others that were answered since the start.</summary>
    public required long RequestsServed { get; init; }

    /// <summary>The requests of others that broke a rule since the start.</summary>
    public required long RequestsRefused { get; init; }
}
