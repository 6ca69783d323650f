namespace Infernet.Core.Api;

/// <summary>One line of the NDJSON of <c>GET /v1/jobs/{id}/results</c>, in the order of the inputs.</summary>
public sealed record JobResult
{
    public required int Index { get; init; }

    /// <summary>The submitter's own name for the input.</summary>
    public string? Id { get; init; }

    public string? Output { get; init; }

    public IReadOnlyList<float>? Embedding { get; init; }

    /// <summary>"stop", "length" or "error".</summary>
    public required string FinishReason { get; init; }

    public string? Error { get; init; }

    public int PromptTokens { get; init; }

    public int CompletionTokens { get; init; }

    public required string Provider { get; init; }

    /// <summary>SHA-256 of the signed receipt that covers this item, in hexadecimal.</summary>
    public required string Receipt { get; init; }

    /// <summary>Whether somebody looked whether it is right.</summary>
    public ItemVerification? Verification { get; init; }
}
