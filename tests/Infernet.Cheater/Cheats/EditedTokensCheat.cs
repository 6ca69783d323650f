using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;

namespace Infernet.Cheater.Cheats;

/// <summary>Changes one word of each answer, and its token with it, so that text and tokens still agree.</summary>
internal sealed class EditedTokensCheat() : Cheat("edited-tokens", "one token changed after the fact, and the text with it")
{
    private const string Word = " never";

    public override async Task<ItemAnswer> AnswerAsync(
        Item item, Sampling sampling, HonestProvider honest, CancellationToken cancellationToken)
    {
        ItemAnswer answer = await honest.AnswerAsync(item, sampling, cancellationToken);
        if (answer.TokenIds.Count < 3)
        {
            return answer;
        }

        int end = await honest.EndTokenAsync(cancellationToken);
        int[] tokens = [.. answer.TokenIds];
        tokens[tokens.Length / 2] = honest.Engine.Tokenize(Word)[^1];
        return answer with
        {
            Output = new ItemOutput
            {
                Index = item.Index, Text = honest.Engine.Detokenize([.. tokens.Where(t => t != end)]),
            },
            TokenIds = tokens,
        };
    }
}
