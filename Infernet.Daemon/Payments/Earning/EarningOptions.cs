using Infernet.Core.Schemas;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>What this node asks for its work, whom it lends how much, and when it settles. Immutable.</summary>
public sealed record EarningOptions
{
    /// <summary>The prices until others are set by the owner; one without prices asks nothing.</summary>
    public PriceList Prices { get; init; } = new();

    /// <summary>
    /// What a payer is lent that nothing is known of, in tokens at this node's prices; while newcomers leave too much owing,
    /// less, down to the smallest window of all.
    /// </summary>
    public int FirstCredit { get; init; } = 16_384;

    /// <summary>
    /// How many times <see cref="FirstCredit"/> newcomers may together have, or have left owing within
    /// <see cref="FirstCreditMemory"/>, beyond the smallest window each.
    /// </summary>
    public int FirstCreditsAtOnce { get; init; } = 4;

    /// <summary>For how long what newcomers left owing makes the windows of others smaller.</summary>
    public TimeSpan FirstCreditMemory { get; init; } = TimeSpan.FromDays(1);

    /// <summary>A channel is settled when it holds so much that is not on the chain yet, in the smallest unit.</summary>
    public ulong SettleAmount { get; init; } = 50_000_000;

    /// <summary>A channel is settled when it has held something for so long.</summary>
    public TimeSpan SettleAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What a settlement costs, in lamports: two signatures, and what is offered for being taken early.</summary>
    public ulong SettleCost { get; init; } = 15_000;

    /// <summary>Whether a job may pay by an escrow; then what its committee says counts.</summary>
    public bool TakeEscrows { get; init; } = true;

    /// <summary>What an escrow's release costs at most, in lamports: this node's signature and five of the committee's.</summary>
    public ulong ReleaseCost { get; init; } = 30_000;

    /// <summary>How long before a channel's end, or its payer's reclaiming, everything is settled.</summary>
    public TimeSpan SettleMargin { get; init; } = TimeSpan.FromHours(1);

    /// <summary>After how long a settlement that failed is tried again; doubled each time, up to an hour.</summary>
    public TimeSpan SettleRetry { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The shortest time that a channel which is offered must still be good.</summary>
    public TimeSpan LeastTerm { get; init; } = TimeSpan.FromHours(2);

    /// <summary>The shortest time that a channel must leave for settling.</summary>
    public TimeSpan LeastWithdrawDelay { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a channel with money in it is looked at, at most.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after this node signed for a channel's end it counts on nothing there.</summary>
    public TimeSpan CloseWait { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a shard waits for earlier ones to be paid before it is given back.</summary>
    public TimeSpan RoomTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Shards of one payer that wait so at a time.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>After how long what a payer left owing counts half.</summary>
    public TimeSpan DebtHalfLife { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How far a payer's clock may be from this node's.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Nonces of one payer that are kept at a time: offers that it may make within an intent's life.</summary>
    public int MaxNoncesPerPayer { get; init; } = 10_000;

    /// <summary>Questions to the chain that one peer may cause at once, and in each minute after.</summary>
    public int LookupsPerMinute { get; init; } = 20;

    /// <summary>
    /// The same for all together, about channels that are not known: a part of what an endpoint is asked a second.
    /// </summary>
    public int StrangerLookupsPerMinute { get; init; } = 120;

    /// <summary>Messages on /infernet/pay/1 that one peer may send at once, and in each minute after.</summary>
    public int MessagesPerMinute { get; init; } = 60;

    /// <summary>The same for all together who have a channel here.</summary>
    public int AllMessagesPerMinute { get; init; } = 3_000;

    /// <summary>The same for all together who have none: an identity costs nothing, and they have nothing to pay by.</summary>
    public int StrangerMessagesPerMinute { get; init; } = 300;

    /// <summary>Streams on /infernet/pay/1 that one peer may have open.</summary>
    public int MaxStreamsPerPeer { get; init; } = 4;

    /// <summary>Streams on /infernet/pay/1 that may be open, of those who have a channel here.</summary>
    public int MaxStreams { get; init; } = 64;

    /// <summary>The same of those who have none.</summary>
    public int MaxStrangerStreams { get; init; } = 8;

    /// <summary>How long a payer may take to say what it wants.</summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a question of a payer may keep the chain busy.</summary>
    public TimeSpan ChainTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
