namespace Infernet.Daemon.Payments.Paying;

/// <summary>How a node pays: amounts in the asset's smallest unit. Immutable.</summary>
public sealed record PayingOptions
{
    /// <summary>What a channel is opened with, and topped up by, unless a job needs more at once.</summary>
    public ulong ChannelDeposit { get; init; } = 50_000_000;

    /// <summary>What a job may spend that names no budget.</summary>
    public ulong JobBudget { get; init; } = 10_000_000;

    /// <summary>What may be spent in a day (UTC) on testing auditors, beside what jobs pay theirs.</summary>
    public ulong CanaryBudget { get; init; } = 1_000_000;

    /// <summary>For how long a channel is opened.</summary>
    public TimeSpan Term { get; init; } = TimeSpan.FromDays(30);

    /// <summary>A channel that ends sooner is lengthened before a job uses it.</summary>
    public TimeSpan RenewBelow { get; init; } = TimeSpan.FromDays(7);

    /// <summary>A channel that nobody was paid by for so long is closed.</summary>
    public TimeSpan IdleClose { get; init; } = TimeSpan.FromDays(7);

    /// <summary>For how long an escrow for a job is opened: what is not released by then comes back.</summary>
    public TimeSpan EscrowTerm { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The shortest time that an escrow must still be good for a provider to take it.</summary>
    public TimeSpan LeastEscrowTerm { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How long before an escrow's end nothing new is begun by it; providers release what they hold later.</summary>
    public TimeSpan EscrowMargin { get; init; } = TimeSpan.FromHours(2);

    /// <summary>For how long a provider may take an intent up.</summary>
    public TimeSpan IntentLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often the channels are looked after.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after a failure a voucher is brought again; each further one doubles it.</summary>
    public TimeSpan DeliveryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest that it is waited.</summary>
    public TimeSpan MaxDeliveryDelay { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How long it is waited each time before a provider that refused is asked again to close a channel together.
    /// </summary>
    public IReadOnlyList<TimeSpan> CloseRetries { get; init; } =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)];

    /// <summary>Channels that hold money at a time; no more are opened.</summary>
    public int MaxChannels { get; init; } = 1_024;
}
