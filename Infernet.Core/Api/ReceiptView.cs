namespace Infernet.Core.Api;

/// <summary>A signed receipt as <c>GET /v1/jobs/{id}/receipts</c> shows it.</summary>
public sealed record ReceiptView
{
    /// <summary>SHA-256 of the envelope, in hexadecimal.</summary>
    public required string Hash { get; init; }

    public required string Provider { get; init; }

    public required long Shard { get; init; }

    public required int Items { get; init; }

    public required long CompletionTokens { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    public required string Engine { get; init; }

    /// <summary>Whether signature, offer, model, inputs and outputs were checked and found right.</summary>
    public required bool Verified { get; init; }

    /// <summary>The signed envelope, base64.</summary>
    public required string Envelope { get; init; }
}
