namespace Infernet.Core.Api;

/// <summary>A job as <c>GET /v1/jobs</c> and <c>GET /v1/jobs/{id}</c> show it.</summary>
public sealed record JobStatus
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>"queued", "matching", "running", "done", "partial", "failed" or "cancelled".</summary>
    public required string State { get; init; }

    public required string Kind { get; init; }

    /// <summary>As the submitter named it.</summary>
    public required string Model { get; init; }

    public string? ModelCid { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public required int TotalItems { get; init; }

    public required int DoneItems { get; init; }

    /// <summary>Items that ended in an error of their own, such as a prompt longer than the context.</summary>
    public required int FailedItems { get; init; }

    public required long CompletionTokens { get; init; }

    public required long PromptTokens { get; init; }

    public DateTimeOffset? Deadline { get; init; }

    public required IReadOnlyList<JobProvider> Providers { get; init; }

    /// <summary>How its answers are verified.</summary>
    public JobVerification? Verification { get; init; }

    /// <summary>What it pays; absent where nothing is paid.</summary>
    public JobPayment? Payment { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public ApiError? Error { get; init; }
}
