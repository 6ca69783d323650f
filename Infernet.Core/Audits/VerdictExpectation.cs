using Infernet.Core.Identity;

namespace Infernet.Core.Audits;

/// <summary>What is known about a verdict before it is opened.</summary>
public sealed record VerdictExpectation
{
    /// <summary>Who was asked; null where that is for the verdict to say.</summary>
    public PeerId? Auditor { get; init; }

    /// <summary>Who asked.</summary>
    public required PeerId Aggregator { get; init; }

    /// <summary>Of the request, see <see cref="AuditRequestHash"/>.</summary>
    public required ReadOnlyMemory<byte> RequestHash { get; init; }

    /// <summary>The model's CID, in its binary form.</summary>
    public required ReadOnlyMemory<byte> ModelRoot { get; init; }

    /// <summary>Whether the request asked for every bit to be reproduced.</summary>
    public required bool Exact { get; init; }

    /// <summary>How many items the request had.</summary>
    public required int Items { get; init; }

    /// <summary>
    /// How many tokens the answer of each item has; null where only hashes of the items are known. An item without a
    /// fault must have been scored whole.
    /// </summary>
    public IReadOnlyList<int>? Tokens { get; init; }

    /// <summary>The earliest time at which it can have been decided.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The latest.</summary>
    public required DateTimeOffset NotAfter { get; init; }
}
