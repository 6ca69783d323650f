using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Wire;

namespace Infernet.Daemon.Jobs.Providing;

/// <summary>Whether a shard's items are what the offer promised. Pure.</summary>
internal static class ShardCheck
{
    private const int MaxRoleLength = 32;

    /// <summary>What is wrong with a shard, as a sentence; null if nothing is.</summary>
    public static string? FindProblem(Shard shard, Offer offer)
    {
        if (shard.Items.Count is 0 or > JobProtocol.MaxShardItems)
        {
            return $"a shard must have 1 to {JobProtocol.MaxShardItems} items, this has {shard.Items.Count}";
        }

        if (offer.Kind != JobKind.Embedding
            && (long)shard.Items.Count * offer.Sampling.MaxTokens > JobProtocol.MaxTokensPerShard
            && shard.Items.Count > 1)
        {
            return $"a shard may ask for {JobProtocol.MaxTokensPerShard} tokens in all, "
                + $"this asks for {(long)shard.Items.Count * offer.Sampling.MaxTokens}";
        }

        var seen = new HashSet<ulong>(shard.Items.Count);
        foreach (Item item in shard.Items)
        {
            if (item.Index >= offer.TotalItems)
            {
                return $"item {item.Index} is beyond the {offer.TotalItems} items of the offer";
            }

            if (!seen.Add(item.Index))
            {
                return $"item {item.Index} is there twice";
            }

            if (Input(item, offer.Kind) is { } problem)
            {
                return $"item {item.Index}: {problem}";
            }
        }

        return null;
    }

    private static string? Input(Item item, JobKind kind) => (kind, item.InputCase) switch
    {
        (JobKind.Completion, Item.InputOneofCase.Prompt) => item.Prompt.Length == 0 ? "the prompt is empty" : null,
        (JobKind.Embedding, Item.InputOneofCase.Text) => item.Text.Length == 0 ? "the text is empty" : null,
        (JobKind.Chat, Item.InputOneofCase.Chat) => Chat(item.Chat),
        (_, Item.InputOneofCase.None) => "there is no input",
        _ => $"a {item.InputCase} is no input of a job of kind {kind}",
    };

    private static string? Chat(ChatMessages chat)
    {
        if (chat.Messages.Count is 0 or > JobProtocol.MaxChatMessages)
        {
            return $"a conversation must have 1 to {JobProtocol.MaxChatMessages} messages";
        }

        return chat.Messages.Any(m => m.Role.Length is 0 or > MaxRoleLength)
            ? $"a role must have 1 to {MaxRoleLength} characters"
            : null;
    }
}
