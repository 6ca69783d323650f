namespace Infernet.Daemon.Reputation;

/// <summary>How much evidence a node keeps, takes in and gives out. Immutable.</summary>
internal sealed record EvidenceOptions
{
    /// <summary>Most facts of this node's own jobs and work; the oldest make room.</summary>
    public int MaxOwn { get; init; } = 20_000;

    /// <summary>Most facts of others; those of the least weight make room, the oldest of them first.</summary>
    public int MaxOthers { get; init; } = 20_000;

    /// <summary>Most facts of others about one provider.</summary>
    public int MaxPerProvider { get; init; } = 256;

    /// <summary>Most facts of others that one aggregator signed.</summary>
    public int MaxPerAggregator { get; init; } = 1_024;

    /// <summary>How long a fact is kept, from when the work was finished.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long a shard's rejection is kept: as long as it can keep a peer out, and count against it after.
    /// </summary>
    public TimeSpan RejectionRetention { get; init; } = TimeSpan.FromDays(180);

    /// <summary>Facts that one peer may pass on at once.</summary>
    public int BurstPerPeer { get; init; } = 200;

    /// <summary>Facts in each <see cref="ListeningPeriod"/> that one peer may pass on in the long run.</summary>
    public int RatePerPeer { get; init; } = 20;

    /// <summary>Facts that all those together may pass on at once with whom no work was settled.</summary>
    public int BurstOfStrangers { get; init; } = 1_000;

    /// <summary>Facts in each period that they may pass on in the long run.</summary>
    public int RateOfStrangers { get; init; } = 100;

    public TimeSpan ListeningPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Facts that one aggregator may sign at once.</summary>
    public int BurstPerAuthor { get; init; } = 100;

    /// <summary>Facts in each <see cref="SigningPeriod"/> that one aggregator may sign in the long run.</summary>
    public int RatePerAuthor { get; init; } = 12;

    public TimeSpan SigningPeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Own facts that wait to be told; the least telling make room.</summary>
    public int MaxWaiting { get; init; } = 1_024;

    /// <summary>Own facts told at once.</summary>
    public int PublishBurst { get; init; } = 20;

    /// <summary>Own facts told a minute in the long run.</summary>
    public int PublishRate { get; init; } = 6;
}
