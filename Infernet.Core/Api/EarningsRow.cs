namespace Infernet.Core.Api;

/// <summary>
/// What was earned on one day, by one model, or from one payer. Amounts in the smallest unit; what was earned is the sum
/// of what is paid, unpaid and withheld.
/// </summary>
public sealed record EarningsRow
{
    /// <summary>A day ("2026-11-21", UTC), the CID of a model, a peer id, "shard" or "audit", or "total".</summary>
    public required string Key { get; init; }

    public long Shards { get; init; }

    /// <summary>Audits for others.</summary>
    public long Audits { get; init; }

    /// <summary>What was read, with the answers that were judged.</summary>
    public long PromptTokens { get; init; }

    public long CompletionTokens { get; init; }

    /// <summary>What shards and audits cost.</summary>
    public ulong Earned { get; init; }

    /// <summary>What vouchers cover of it, settled or not.</summary>
    public ulong Paid { get; init; }

    /// <summary>What is owed still.</summary>
    public ulong Unpaid { get; init; }

    /// <summary>What payers say that they will not pay, since an audit rejected it.</summary>
    public ulong Withheld { get; init; }
}
