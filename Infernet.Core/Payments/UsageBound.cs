using System.Text;
using Infernet.Core.Schemas;

namespace Infernet.Core.Payments;

/// <summary>
/// The most that a shard can take, before it is begun: what a payer reserves, what a provider holds against its
/// window, and above which no receipt is believed. No tokenizer makes more tokens than a text has bytes, but for the
/// few that it adds by itself; a chat's template adds a preamble and each message's frame.
/// </summary>
public static class UsageBound
{
    /// <summary>What a tokenizer adds to a text: marks of beginning and end.</summary>
    public const uint TokensPerText = 8;

    /// <summary>What a template writes before the first message of a chat, and after the last.</summary>
    public const uint TokensPerChat = 256;

    /// <summary>What a template writes around each message.</summary>
    public const uint TokensPerMessage = 32;

    /// <summary>
    /// Engine time that a token is taken to need, where that has a price and the work is not done yet. No true bound; but
    /// payer and provider reckon with the same, so that a payer sends nothing for which its provider has no room.
    /// </summary>
    public static readonly TimeSpan EngineTimePerToken = TimeSpan.FromMilliseconds(20);

    /// <summary>The engine time that so many tokens are taken to need, in microseconds.</summary>
    public static ulong EngineMicroseconds(ulong tokens) =>
        (ulong)UInt128.Min(
            (UInt128)tokens * (ulong)(EngineTimePerToken.Ticks / TimeSpan.TicksPerMicrosecond), ulong.MaxValue);

    /// <summary>The bound of items that are answered with so many tokens each, in so much time, at most.</summary>
    public static Usage Of(IEnumerable<Item> items, uint maxTokens, TimeSpan engineTime)
    {
        ArgumentNullException.ThrowIfNull(items);
        ulong prompt = 0, completion = 0;
        foreach (Item item in items)
        {
            prompt += PromptTokens(item);
            completion += item.InputCase == Item.InputOneofCase.Text ? 0 : maxTokens;
        }

        return new Usage(prompt, completion, (ulong)Math.Max(0, engineTime.Ticks / TimeSpan.TicksPerMicrosecond));
    }

    /// <summary>What an item did not take of its bound, once it is known what it took.</summary>
    public static Usage Spared(ulong mostPrompt, ulong mostCompletion, ulong prompt, ulong completion) => new(
        mostPrompt - Math.Min(mostPrompt, prompt), mostCompletion - Math.Min(mostCompletion, completion));

    /// <summary>The most tokens that an item's input can have.</summary>
    public static ulong PromptTokens(Item item)
    {
        ArgumentNullException.ThrowIfNull(item);
        return item.InputCase switch
        {
            Item.InputOneofCase.Prompt => Bytes(item.Prompt) + TokensPerText,
            Item.InputOneofCase.Text => Bytes(item.Text) + TokensPerText,
            Item.InputOneofCase.Chat => item.Chat.Messages.Aggregate(
                (ulong)TokensPerChat, (sum, m) => sum + Bytes(m.Role) + Bytes(m.Content) + TokensPerMessage),
            _ => 0,
        };
    }

    private static ulong Bytes(string text) => (ulong)Encoding.UTF8.GetByteCount(text);
}
