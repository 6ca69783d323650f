namespace Infernet.Daemon.Journal;

/// <summary>A receipt that was checked and found right.</summary>
internal sealed record ReceiptRecord
{
    /// <summary>SHA-256 of the envelope.</summary>
    public required byte[] Hash { get; init; }

    public required long Shard { get; init; }

    public required string Provider { get; init; }

    public required int Items { get; init; }

    public required long CompletionTokens { get; init; }

    public required long StartedUnixUs { get; init; }

    public required long FinishedUnixUs { get; init; }

    public required string Engine { get; init; }

    public required byte[] Envelope { get; init; }

    /// <summary>A ReceiptItems message: what the envelope's root is about.</summary>
    public required byte[] Lines { get; init; }
}
