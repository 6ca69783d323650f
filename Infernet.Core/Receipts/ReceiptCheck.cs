using Infernet.Core.Identity;
using Infernet.Core.Schemas;

namespace Infernet.Core.Receipts;

/// <summary>
/// Holds a provider's receipt against what was sent and received. Pure: the first thing that is wrong is the answer,
/// as a sentence; null means that all of it is right.
/// </summary>
public static class ReceiptCheck
{
    /// <summary>What is wrong with an envelope and the items beside it, signature first; null if nothing is.</summary>
    public static string? FindProblem(
        ReadOnlySpan<byte> envelope, ReceiptItems? items, ReceiptExpectation expected, out Receipt receipt)
    {
        ArgumentNullException.ThrowIfNull(expected);
        if (!ReceiptEnvelope.TryOpen(envelope, out receipt, out PeerId signer))
        {
            return "the receipt is no receipt, or its signature is wrong";
        }

        if (signer != expected.Provider)
        {
            return $"the receipt is signed by {signer}, the shard was sent to {expected.Provider}";
        }

        items ??= new ReceiptItems();
        return Names(receipt, expected)
            ?? Times(receipt, expected)
            ?? Items(items, expected)
            ?? Sums(receipt, items);
    }

    private static string? Names(Receipt receipt, ReceiptExpectation expected)
    {
        if (!receipt.JobId.Span.SequenceEqual(expected.JobId.Span))
        {
            return "the receipt is about another job";
        }

        if (receipt.ShardId != expected.ShardId || receipt.Attempt != expected.Attempt)
        {
            return $"the receipt is about shard {receipt.ShardId}, attempt {receipt.Attempt}; "
                + $"expected shard {expected.ShardId}, attempt {expected.Attempt}";
        }

        if (!receipt.Provider.Span.SequenceEqual(expected.Provider.Span))
        {
            return "the receipt names another provider than its signer";
        }

        if (!receipt.Aggregator.Span.SequenceEqual(expected.Aggregator.Span))
        {
            return "the receipt names another aggregator";
        }

        if (!receipt.OfferHash.Span.SequenceEqual(expected.OfferHash.Span))
        {
            return "the receipt is for another offer";
        }

        if (!receipt.ModelRoot.Span.SequenceEqual(expected.ModelRoot.Span))
        {
            return "the receipt is for another model";
        }

        return receipt.Engine is null ? "the receipt does not describe the engine"
            : expected.Engine is { } agreed && !agreed.Equals(receipt.Engine)
                ? "the receipt names another engine than the one that took the job"
            : null;
    }

    private static string? Times(Receipt receipt, ReceiptExpectation expected)
    {
        long tolerance = Microseconds(expected.ClockTolerance);
        if (receipt.StartedUnixUs > receipt.FinishedUnixUs)
        {
            return "the receipt says that the shard finished before it started";
        }

        if (receipt.StartedUnixUs < Microseconds(expected.SentAt - DateTimeOffset.UnixEpoch) - tolerance
            || receipt.FinishedUnixUs > Microseconds(expected.ReceivedAt - DateTimeOffset.UnixEpoch) + tolerance)
        {
            return "the receipt's times are not those at which the shard was out; is the provider's clock right?";
        }

        // The provider's clock may be wrong, but it can't have worked for longer than the shard was out.
        long elapsed = Microseconds(expected.ReceivedAt - expected.SentAt);
        return receipt.FinishedUnixUs - receipt.StartedUnixUs > elapsed + Microseconds(TimeSpan.FromSeconds(1))
            ? "the receipt claims more time than passed while the shard was out"
            : null;
    }

    private static string? Items(ReceiptItems items, ReceiptExpectation expected)
    {
        var seen = new HashSet<ulong>(Math.Min(items.Items.Count, expected.Items.Count));
        foreach (ItemReceipt item in items.Items)
        {
            if (!expected.Items.TryGetValue(item.Index, out ExpectedItem? sent))
            {
                return $"the receipt has item {item.Index}, which was not in the shard";
            }

            if (!seen.Add(item.Index))
            {
                return $"the receipt has item {item.Index} twice";
            }

            string? problem = Item(item, sent, expected.MaxTokens);
            if (problem is not null)
            {
                return $"item {item.Index}: {problem}";
            }
        }

        return expected.Complete && seen.Count < expected.Items.Count
            ? $"the receipt covers {seen.Count} of {expected.Items.Count} items"
            : null;
    }

    /// <summary>What was signed is the root; the items beside it are worth nothing before they are held against it.</summary>
    private static string? Sums(Receipt receipt, ReceiptItems items)
    {
        if (receipt.ItemCount != items.Items.Count)
        {
            return $"the receipt is for {receipt.ItemCount} items, {items.Items.Count} are beside it";
        }

        if (!receipt.ItemsRoot.Span.SequenceEqual(ItemsRoot.Of(items)))
        {
            return "the items beside the receipt are not those that it was signed for";
        }

        ulong prompt = 0;
        ulong completion = 0;
        foreach (ItemReceipt item in items.Items)
        {
            prompt += item.PromptTokens;
            completion += item.CompletionTokens;
        }

        return receipt.PromptTokens != prompt || receipt.CompletionTokens != completion
            ? $"the receipt claims {receipt.PromptTokens} and {receipt.CompletionTokens} tokens, "
                + $"its items have {prompt} and {completion}"
            : null;
    }

    private static string? Item(ItemReceipt item, ExpectedItem sent, uint maxTokens)
    {
        if (sent.Output is not { } output)
        {
            return "its output was not sent";
        }

        if (!item.InputHash.Span.SequenceEqual(sent.InputHash.Span))
        {
            return "the input's hash is wrong";
        }

        if (!item.OutputHash.Span.SequenceEqual(OutputHash.Of(output)))
        {
            return "the output's hash is not that of the output that was sent";
        }

        if (!FinishReason.IsKnown(item.FinishReason))
        {
            return "the finish reason is none of stop, length and error";
        }

        if (item.FinishReason == FinishReason.Error != output.Error.Length > 0)
        {
            return "the finish reason and the output do not agree on whether there was an error";
        }

        return Counts(item, output, maxTokens);
    }

    private static string? Counts(ItemReceipt item, ItemOutput output, uint maxTokens)
    {
        if (item.CompletionTokens != item.TokenIds.Count)
        {
            return $"{item.CompletionTokens} tokens are claimed, {item.TokenIds.Count} are listed";
        }

        if (item.CompletionTokens > maxTokens)
        {
            return $"{item.CompletionTokens} tokens are claimed, at most {maxTokens} were asked for";
        }

        if (item.FinishReason == FinishReason.Error)
        {
            return null;
        }

        if (item.PromptTokens == 0)
        {
            return "a prompt of no tokens can't have been computed";
        }

        return output.Text.Length > 0 && item.CompletionTokens == 0 ? "there is a text but no tokens" : null;
    }

    private static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
