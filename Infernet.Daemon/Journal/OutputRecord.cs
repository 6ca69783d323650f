namespace Infernet.Daemon.Journal;

/// <summary>What one input of a job came to. Once it is in the journal it never changes.</summary>
internal sealed record OutputRecord
{
    public required int Index { get; init; }

    /// <summary>The submitter's name for the input; only set when read.</summary>
    public string? Name { get; init; }

    public string? Output { get; init; }

    public float[]? Embedding { get; init; }

    public required string FinishReason { get; init; }

    public string? Error { get; init; }

    public required int PromptTokens { get; init; }

    public required int CompletionTokens { get; init; }

    public required string Provider { get; init; }

    /// <summary>SHA-256 of the receipt's envelope.</summary>
    public required byte[] Receipt { get; init; }
}
