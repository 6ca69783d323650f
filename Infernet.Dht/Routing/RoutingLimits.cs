namespace Infernet.Dht.Routing;

/// <summary>Who may stand in a routing table. Immutable.</summary>
public sealed record RoutingLimits
{
    /// <summary>Most peers per bucket: Kademlia's k.</summary>
    public int BucketSize { get; init; } = 20;

    /// <summary>Most peers waiting per bucket for a place to fall free.</summary>
    public int MaxReplacementsPerBucket { get; init; } = 8;

    /// <summary>Most peers of one IP group (an IPv4 /16, an IPv6 /32) in the whole table.</summary>
    public int MaxPerIpGroup { get; init; } = 3;

    /// <summary>Most peers of one IP group in one bucket.</summary>
    public int MaxPerIpGroupInBucket { get; init; } = 2;

    /// <summary>
    /// Whether the limits by IP group hold for loopback, private and link-local addresses too. Off, since the
    /// machines of one house, or the nodes of one machine, are a swarm that must work.
    /// </summary>
    public bool LimitLocalAddresses { get; init; }

    /// <summary>How many requests in a row may go unanswered before a peer is dropped.</summary>
    public int MaxFailures { get; init; } = 3;
}
