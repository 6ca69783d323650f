namespace Infernet.Core.Jobs;

/// <summary>How a job is cut up and spread.</summary>
public sealed record ShardingSpecification
{
    /// <summary>Inputs a shard; null lets each provider's measured speed decide.</summary>
    public int? ShardSize { get; init; }

    /// <summary>Most providers to use at a time; null for all that fit.</summary>
    public int? MaxProviders { get; init; }

    /// <summary>Fewest providers to start with: fewer suitable ones is an error.</summary>
    public int MinProviders { get; init; } = 1;

    /// <summary>How often a shard is tried before the job fails.</summary>
    public int MaxAttempts { get; init; } = 3;
}
