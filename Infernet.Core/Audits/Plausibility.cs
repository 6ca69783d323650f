using System.Globalization;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Core.Audits;

/// <summary>
/// A cheap look at a shard's receipt: six weighted checks, and a threshold. It spares auditors and comparators the
/// shards that can't be right; it proves nothing about those that pass, since whoever lies with care passes it. Pure.
/// </summary>
public static class Plausibility
{
    /// <summary>How much faster than its measured speed a provider may seem: it may have been busy when measured.</summary>
    private const double MaxSpeedFactor = 20;

    /// <summary>Time that no speed is computed without: clocks and short shards are coarse.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMilliseconds(250);

    /// <summary>Looks a receipt over.</summary>
    /// <param name="receipt">As its provider signed it.</param>
    /// <param name="items">What came beside it.</param>
    /// <param name="expected">What was sent, to whom and when.</param>
    /// <param name="tokensPerSecond">The provider's measured speed, all slots together; 0 if it is not known.</param>
    public static PlausibilityReport Assess(
        Receipt receipt, ReceiptItems items, ReceiptExpectation expected, double tokensPerSecond)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(expected);
        (PlausibilityCheck Check, string? Reason)[] found =
        [
            (PlausibilityCheck.JobKnown, Job(receipt, expected)),
            (PlausibilityCheck.TokensPresent, FirstOf(items, i => Tokens(i, expected))),
            (PlausibilityCheck.RightNode, Node(receipt, expected)),
            (PlausibilityCheck.CompletionMarker, Count(receipt, items, expected.Complete)
                ?? FirstOf(items, i => Ending(i, expected.MaxTokens, receipt.Engine?.ContextTokens ?? 0))),
            (PlausibilityCheck.TimeWithinBounds, Times(receipt, expected, tokensPerSecond)),
            (PlausibilityCheck.HashesWellFormed, Hashes(receipt) ?? FirstOf(items, Hashes)),
        ];
        return new PlausibilityReport([.. found.Where(f => f.Reason is not null).Select(f => (f.Check, f.Reason!))]);
    }

    private static string? Job(Receipt receipt, ReceiptExpectation expected) =>
        receipt.JobId.Span.SequenceEqual(expected.JobId.Span)
        && receipt.OfferHash.Span.SequenceEqual(expected.OfferHash.Span)
        && receipt.ModelRoot.Span.SequenceEqual(expected.ModelRoot.Span)
        && receipt.ShardId == expected.ShardId && receipt.Attempt == expected.Attempt
            ? null
            : "it is about a job, an offer or a shard that was not sent out";

    private static string? Node(Receipt receipt, ReceiptExpectation expected) =>
        receipt.Provider.Span.SequenceEqual(expected.Provider.Span)
        && receipt.Aggregator.Span.SequenceEqual(expected.Aggregator.Span)
            ? EngineCheck.FindProblem(receipt.Engine)
            : "it names another provider or another aggregator";

    private static string? Tokens(ItemReceipt item, ReceiptExpectation expected)
    {
        if (item.FinishReason == FinishReason.Error)
        {
            return null;
        }

        bool embedding = expected.Items.GetValueOrDefault(item.Index)?.Output is { Embedding.Count: > 0 };
        return item.PromptTokens == 0 ? "a prompt of no tokens was answered"
            : embedding || item is { CompletionTokens: > 0 } && item.TokenIds.Count == item.CompletionTokens ? null
            : "an answer has no tokens";
    }

    // A shard that was called off may have brought nothing.
    private static string? Count(Receipt receipt, ReceiptItems items, bool complete) =>
        (items.Items.Count > 0 || !complete) && receipt.ItemCount == items.Items.Count
            ? null
            : $"{items.Items.Count} items came for {receipt.ItemCount} that were signed for";

    // "length" is true only of an answer that has all tokens it may have, or has filled the context.
    private static string? Ending(ItemReceipt item, uint maxTokens, uint contextTokens)
    {
        if (!FinishReason.IsKnown(item.FinishReason))
        {
            return "an answer has no end";
        }

        ulong length = (ulong)item.PromptTokens + item.CompletionTokens;
        return item.FinishReason == FinishReason.Length && item.CompletionTokens < maxTokens
            && contextTokens > 0 && length + 1 < contextTokens
                ? $"an answer of {item.CompletionTokens} tokens is said to have been as long as allowed: {maxTokens}"
                : null;
    }

    private static string? Times(Receipt receipt, ReceiptExpectation expected, double tokensPerSecond)
    {
        TimeSpan passed = expected.ReceivedAt - expected.SentAt;
        double claimed = (receipt.FinishedUnixUs - (double)receipt.StartedUnixUs) / 1e6;
        if (claimed < 0)
        {
            return "it ended before it began";
        }

        if (claimed > passed.TotalSeconds + 1)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{claimed:0.#} s of work are claimed, and only {passed.TotalSeconds:0.#} s passed");
        }

        // Its own time or ours, whichever is less: neither may be too short for what came.
        double seconds = Math.Min(claimed, passed.TotalSeconds) + Grain.TotalSeconds;
        return tokensPerSecond > 0 && receipt.CompletionTokens > MaxSpeedFactor * tokensPerSecond * seconds
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{receipt.CompletionTokens / seconds:0} tokens/s are more than {MaxSpeedFactor} times its speed")
            : null;
    }

    private static string? Hashes(Receipt receipt) =>
        IsHash(receipt.OfferHash.Span) && IsHash(receipt.ItemsRoot.Span) ? null : "a hash of the receipt is none";

    private static string? Hashes(ItemReceipt item) =>
        IsHash(item.InputHash.Span) && IsHash(item.OutputHash.Span) ? null : "a hash of an item is none";

    private static bool IsHash(ReadOnlySpan<byte> bytes) =>
        bytes.Length == ItemHash.Length && bytes.ContainsAnyExcept((byte)0);

    private static string? FirstOf(ReceiptItems items, Func<ItemReceipt, string?> problem) =>
        items.Items.Select(problem).FirstOrDefault(p => p is not null);
}
