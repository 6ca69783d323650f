namespace Infernet.Core.Jobs;

/// <summary>
/// What a submitter asks for, whole and valid: <see cref="JobSpecificationReader"/> makes it from JSON or YAML and
/// refuses anything else.
/// </summary>
public sealed record JobSpecification
{
    /// <summary>Most inputs in one job.</summary>
    public const int MaxInputs = 1_000_000;

    /// <summary>Longest input, in characters over all of its messages.</summary>
    public const int MaxInputLength = 1 << 20;

    public JobKind Kind { get; init; } = JobKind.Chat;

    /// <summary>A model's alias or CID.</summary>
    public required string Model { get; init; }

    public required IReadOnlyList<JobInput> Inputs { get; init; }

    public SamplingSpecification Sampling { get; init; } = new();

    public ShardingSpecification Sharding { get; init; } = new();

    public RequirementsSpecification Requirements { get; init; } = new();

    public VerificationSpecification Verification { get; init; } = new();

    /// <summary>How long the job may take in all, from its submission; null for as long as it needs.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Most tokens that the job may generate in all; null for no limit.</summary>
    public long? TokenBudget { get; init; }

    /// <summary>Most that the job may pay in all, as an amount's text ("0.01 SOL"); null for the node's own limit.</summary>
    public string? Budget { get; init; }

    /// <summary>Above which prices a provider is not used; null for any price.</summary>
    public PriceLimit? MaxPrice { get; init; }

    /// <summary>Whether providers are paid by an escrow for this very job, and not by a channel.</summary>
    public bool Escrow { get; init; }
}
