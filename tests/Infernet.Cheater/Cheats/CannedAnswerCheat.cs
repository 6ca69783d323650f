using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;

namespace Infernet.Cheater.Cheats;

/// <summary>Says the same sentence to everything.</summary>
internal sealed class CannedAnswerCheat() : Cheat("canned-answer", "the same sentence for every question")
{
    private const string Sentence = "It is a kind of bird.";

    public override async Task<ItemAnswer> AnswerAsync(
        Item item, Sampling sampling, HonestProvider honest, CancellationToken cancellationToken)
    {
        int[] tokens = [.. honest.Engine.Tokenize(Sentence)];
        return new ItemAnswer(
            new ItemOutput { Index = item.Index, Text = honest.Engine.Detokenize(tokens) },
            [.. tokens, await honest.EndTokenAsync(cancellationToken)],
            await honest.CountPromptAsync(item, cancellationToken),
            FinishReason.Stop);
    }
}
