using Infernet.Core.Payments;
using Infernet.Core.Schemas;

namespace Infernet.Daemon.Jobs.Running;

/// <summary>
/// Holds the prompt tokens of a receipt, which are paid for, against what was sent: no prompt has more tokens than its bytes
/// allow. Item by item, or who finished one of many could bill the prompts of all. Pure.
/// </summary>
internal static class PromptCheck
{
    /// <summary>What is claimed too much, as a sentence; null if nothing is.</summary>
    /// <param name="lines">The receipt's, of items that were sent.</param>
    /// <param name="sent">What was sent, by index.</param>
    public static string? FindProblem(ReceiptItems lines, IReadOnlyDictionary<ulong, Item> sent)
    {
        foreach (ItemReceipt line in lines.Items)
        {
            ulong most = UsageBound.PromptTokens(sent[line.Index]);
            if (line.PromptTokens > most)
            {
                return $"the receipt claims {line.PromptTokens} prompt tokens for item {line.Index}, there can't be more "
                    + $"than {most}";
            }
        }

        return null;
    }
}
