namespace Infernet.Core.Api;

/// <summary>A model in this node's store, or one being fetched.</summary>
public sealed record ModelStatus
{
    /// <summary>Root CID.</summary>
    public required string Cid { get; init; }

    /// <summary>What it is called here.</summary>
    public required string Alias { get; init; }

    public required long SizeBytes { get; init; }

    /// <summary>"ready", "fetching", "loading", "serving" or "failed".</summary>
    public required string State { get; init; }

    /// <summary>Why it failed, or how far a fetch is.</summary>
    public string? Detail { get; init; }

    public string? Architecture { get; init; }

    public string? Quantization { get; init; }

    public int? ContextLength { get; init; }

    /// <summary>Measured decode speed with all slots busy; null before it was measured.</summary>
    public double? TokensPerSecond { get; init; }
}
