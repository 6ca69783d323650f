namespace Infernet.Daemon.Jobs.Dispatch;

/// <summary>How a job's items are cut, spread, and tried again. Immutable.</summary>
internal sealed record DispatchOptions
{
    /// <summary>Items a shard; null lets each provider's speed decide.</summary>
    public int? ShardSize { get; init; }

    /// <summary>How many different providers answer each item.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>How many do so at most, when the first ones disagree.</summary>
    public int MaxCopies { get; init; } = 1;

    /// <summary>How long after its start a job hopes that peers of other networks will join.</summary>
    public TimeSpan GatherTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a shard may fail before the job does.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>How often an item's answer may turn out wrong before the job fails: a swarm of liars only.</summary>
    public int MaxRejections { get; init; } = 64;

    /// <summary>Most tokens of one item, which is what is set aside for it while it is out; 0 for embeddings.</summary>
    public int MaxTokensPerItem { get; init; }

    /// <summary>Most tokens that the job may generate; null for no limit.</summary>
    public long? TokenBudget { get; init; }

    /// <summary>The most tokens that each input can have, by index; empty where nobody is paid.</summary>
    public IReadOnlyList<long> PromptTokens { get; init; } = [];

    /// <summary>When the job ends, whatever is missing.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How much of a provider's work one shard should hold: what is lost with it, at most.</summary>
    public TimeSpan ShardDuration { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Most items in a shard that was sized by speed.</summary>
    public int MaxShardItems { get; init; } = 128;

    /// <summary>Most bytes of inputs in a shard, unless one input alone is larger.</summary>
    public int MaxShardBytes { get; init; } = 512 << 10;

    /// <summary>Bytes of inputs out at one provider beyond which it gets no more.</summary>
    public int MaxBytesOut { get; init; } = 4 << 20;

    /// <summary>How long a shard waits after its first failure; each further one doubles it.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait before a retry.</summary>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a shard that was sent twice stays where it is; each further time, four times that.</summary>
    public TimeSpan StayAfterMove { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a shard must have been out before an idle provider gets a second copy of it.</summary>
    public TimeSpan HedgeAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long it waits for further ones before redundant work makes do with the answers that it has.</summary>
    public TimeSpan StallPatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the job waits for a provider when it has none.</summary>
    public TimeSpan NoProviderTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many lost providers the end of a job tells about.</summary>
    public int MaxLossesTold { get; init; } = 16;
}
