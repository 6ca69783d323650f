namespace Infernet.Daemon.Jobs.Running;

/// <summary>Time-outs and limits of running jobs. Immutable.</summary>
internal sealed record RunOptions
{
    /// <summary>How long a provider may take to be reached, and to answer an offer.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a provider may have work and send nothing, beyond four times the time that its advert's speed
    /// gives for the longest item.
    /// </summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What is believed at most of a slow provider's time for one item, in seconds.</summary>
    public double MaxItemSeconds { get; init; } = 900;

    /// <summary>Tokens of an item, for the first guess of a provider's speed.</summary>
    public double ExpectedTokensPerItem { get; init; } = 64;

    /// <summary>Most items at one provider, whatever it would take.</summary>
    public uint MaxItemsAtProvider { get; init; } = 1_024;

    /// <summary>Most providers of one job.</summary>
    public int MaxProviders { get; init; } = 256;

    /// <summary>How often the loop looks at the clock.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>How often to look all around for providers while there are none.</summary>
    public TimeSpan MatchInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often to look all around for further providers.</summary>
    public TimeSpan SearchInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a provider that was lost or declined is left alone; each further time doubles it.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the last messages to a provider may take.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a job that is over waits for paid providers to say what they had done of what was called off: they are owed
    /// for that, and one that is not paid lends less the next time.
    /// </summary>
    public TimeSpan ReceiptPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Most events that wait for the loop; providers that send more are slowed down.</summary>
    public int MaxWaitingEvents { get; init; } = 4_096;

    /// <summary>How long a job without providers goes on before it fails.</summary>
    public TimeSpan NoProviderTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
