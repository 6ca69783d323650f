namespace Infernet.Core.Api;

/// <summary>One line of the NDJSON of <c>GET /v1/jobs/{id}/events?after=N</c>; ends when the job ends.</summary>
public sealed record JobEvent
{
    /// <summary>Counts up from 1 in a job; nothing is skipped.</summary>
    public required long Sequence { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// "state", "provider-joined", "provider-declined", "provider-lost", "provider-renewed", "shard-sent", "shard-done", "shard-failed",
    /// "receipt-rejected", "audit-started", "audit-passed", "audit-rejected", "audit-disputed", "audit-missed",
    /// "provider-convicted", "vote-tied", "vote-lost", "vote-short", "vote-disputed", "progress" or "end".
    /// </summary>
    public required string Type { get; init; }

    /// <summary>One sentence for people.</summary>
    public required string Message { get; init; }

    public string? PeerId { get; init; }

    public long? Shard { get; init; }

    public int DoneItems { get; init; }

    public int TotalItems { get; init; }
}
