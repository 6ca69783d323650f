namespace Infernet.Core.Api;

/// <summary>
/// One line of the NDJSON that <c>models/add</c> and <c>models/pull</c> answer; the last line has
/// <see cref="Model"/> or <see cref="Error"/>.
/// </summary>
public sealed record ModelProgress
{
    /// <summary>"chunking", "finding", "fetching", "verifying", "loading", "done" or "failed".</summary>
    public required string Stage { get; init; }

    public long DoneBytes { get; init; }

    public long TotalBytes { get; init; }

    /// <summary>Peers that deliver.</summary>
    public int Peers { get; init; }

    public ModelStatus? Model { get; init; }

    public ApiError? Error { get; init; }
}
