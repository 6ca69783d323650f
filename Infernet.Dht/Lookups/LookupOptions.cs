namespace Infernet.Dht.Lookups;

/// <summary>How far and how hard one look-up searches. Immutable.</summary>
internal sealed record LookupOptions
{
    /// <summary>How many of the closest peers the look-up is after: Kademlia's k.</summary>
    public int K { get; init; } = 20;

    /// <summary>How many requests are in flight: Kademlia's alpha. A slow one stops to count.</summary>
    public int Alpha { get; init; } = 10;

    /// <summary>
    /// The look-up has converged once so many of the closest live peers have answered: nothing nearer is heard of, and
    /// the rest of the k closest is asked at once.
    /// </summary>
    public int Resiliency { get; init; } = 3;

    /// <summary>
    /// Over how many disjoint paths to search: a peer is asked on the path that heard of it first, so that hostile
    /// peers on one path can't lead the others astray (S/Kademlia, section 4.4).
    /// </summary>
    public int Paths { get; init; } = 1;

    /// <summary>After how long a request no longer counts against <see cref="Alpha"/>.</summary>
    public TimeSpan SlowAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Most requests in flight, slow ones included.</summary>
    public int MaxInFlight { get; init; } = 40;

    /// <summary>Most requests in all: peers that name ever nearer peers can't keep a look-up going.</summary>
    public int MaxRequests { get; init; } = 200;

    /// <summary>Most peers remembered per path; the farthest that wait are forgotten.</summary>
    public int MaxCandidates { get; init; } = 256;
}
