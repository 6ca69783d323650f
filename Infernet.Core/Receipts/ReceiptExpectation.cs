using Infernet.Core.Identity;

namespace Infernet.Core.Receipts;

/// <summary>What an aggregator knows about a shard that it sent, to hold the provider's receipt against.</summary>
public sealed record ReceiptExpectation
{
    /// <summary>16 bytes.</summary>
    public required ReadOnlyMemory<byte> JobId { get; init; }

    public required ulong ShardId { get; init; }

    public required uint Attempt { get; init; }

    public required PeerId Provider { get; init; }

    public required PeerId Aggregator { get; init; }

    /// <summary>SHA-256 of the offer that the provider accepted.</summary>
    public required ReadOnlyMemory<byte> OfferHash { get; init; }

    /// <summary>The model's CID, in its binary form.</summary>
    public required ReadOnlyMemory<byte> ModelRoot { get; init; }

    /// <summary>The engine that the provider named when it took the job; null if that is not to be checked.</summary>
    public Schemas.EngineDescription? Engine { get; init; }

    /// <summary>Most tokens that an item may have; 0 for embeddings.</summary>
    public required uint MaxTokens { get; init; }

    /// <summary>What was sent, by index.</summary>
    public required IReadOnlyDictionary<ulong, ExpectedItem> Items { get; init; }

    /// <summary>Whether all items must be covered; after a cancellation those that were finished are enough.</summary>
    public required bool Complete { get; init; }

    /// <summary>When the shard was sent, by the aggregator's clock.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>When the receipt came, by the aggregator's clock.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>How far the provider's clock may be from the aggregator's.</summary>
    public TimeSpan ClockTolerance { get; init; } = TimeSpan.FromMinutes(10);
}
