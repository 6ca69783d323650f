namespace Infernet.Daemon.Journal;

/// <summary>One time that a shard was given to a provider, and how it ended.</summary>
internal sealed record AttemptRecord
{
    public const string Done = "done";
    public const string Cancelled = "cancelled";
    public const string Failed = "failed";

    public required long Shard { get; init; }

    public required int Attempt { get; init; }

    public required string Provider { get; init; }

    public required int Items { get; init; }

    /// <summary>"done", "cancelled" or "failed".</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Reason { get; init; }

    public required DateTimeOffset EndedAt { get; init; }
}
