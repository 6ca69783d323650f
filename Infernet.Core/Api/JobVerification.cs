namespace Infernet.Core.Api;

/// <summary>How a job's answers are verified, what that promises, and what came of it.</summary>
public sealed record JobVerification
{
    /// <summary>"tolerant", "exact", "redundant" or "none".</summary>
    public required string Mode { get; init; }

    /// <summary>Whether nobody but this node was matched, so that there is nobody to check.</summary>
    public bool OwnNodeOnly { get; init; }

    /// <summary>The lowest share of a provider's shards that is audited, over those that were matched; 0 to 1.</summary>
    public double LowestRate { get; init; }

    /// <summary>The highest; newcomers are audited most.</summary>
    public double HighestRate { get; init; }

    /// <summary>
    /// After how many of its shards a provider is noticed with a probability of 99 %, if it always answers from the next
    /// heavier quantisation of the model and is audited at the lowest rate; absent if nobody is audited.
    /// </summary>
    public double? ShardsToNotice { get; init; }

    /// <summary>Shards that are being judged.</summary>
    public int Pending { get; init; }

    /// <summary>Shards that were judged right.</summary>
    public int Passed { get; init; }

    /// <summary>Shards that were judged wrong; their items were computed again elsewhere.</summary>
    public int Rejected { get; init; }

    /// <summary>Shards on which there is no certainty.</summary>
    public int Disputed { get; init; }

    /// <summary>Shards that were drawn but could not be judged, for want of an auditor or of time.</summary>
    public int Missed { get; init; }

    /// <summary>The first answers that were taken back.</summary>
    public IReadOnlyList<JobRejection> Rejections { get; init; } = [];
}
