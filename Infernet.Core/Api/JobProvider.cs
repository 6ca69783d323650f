namespace Infernet.Core.Api;

/// <summary>What one provider did for a job.</summary>
public sealed record JobProvider
{
    public required string PeerId { get; init; }

    public required int Items { get; init; }

    public required int Shards { get; init; }

    public required int FailedShards { get; init; }

    public required long CompletionTokens { get; init; }

    /// <summary>Receipts that were checked and found right.</summary>
    public required int Receipts { get; init; }

    /// <summary>Shards that auditors judged.</summary>
    public int Audited { get; init; }

    /// <summary>Of those, how many were found right.</summary>
    public int Passed { get; init; }

    /// <summary>Of those, how many were found wrong; their answers are not in the result.</summary>
    public int Rejected { get; init; }

    /// <summary>Of redundant work: answers that won their votes, or were the same as those that did.</summary>
    public int Agreed { get; init; }

    /// <summary>Of redundant work: answers that lost their votes.</summary>
    public int Outvoted { get; init; }

    /// <summary>What it was paid, in the asset's smallest unit.</summary>
    public ulong Paid { get; init; }

    /// <summary>What it is not paid.</summary>
    public ulong Withheld { get; init; }

    /// <summary>"active", "lost", "declined" or "done".</summary>
    public required string State { get; init; }

    public string? Detail { get; init; }
}
