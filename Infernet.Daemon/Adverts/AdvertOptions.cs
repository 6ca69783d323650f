namespace Infernet.Daemon.Adverts;

/// <summary>How often this node speaks of itself and asks others. Immutable.</summary>
internal sealed record AdvertOptions
{
    /// <summary>How long an advert is good.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often it is signed anew, gossiped, and put into the DHT, also when nothing changed.</summary>
    public TimeSpan RenewalInterval { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>How often a change, of the load for example, is gossiped at most.</summary>
    public TimeSpan GossipInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Adverts of one peer that are forwarded within a second; honest peers send two.</summary>
    public int MaxGossipedPerSecond { get; init; } = 5;

    /// <summary>Changes within this time go out together.</summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Most newly met peers that wait to be asked; further ones are found through the DHT.</summary>
    public int MaxWaitingPeers { get; init; } = 1_024;

    /// <summary>Peers asked at the same time.</summary>
    public int MaxConcurrentRequests { get; init; } = 8;

    /// <summary>Most connected peers that are asked again when somebody wants to know how things stand now.</summary>
    public int MaxRefreshes { get; init; } = 64;
}
