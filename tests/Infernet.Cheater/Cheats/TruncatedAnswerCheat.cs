using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;

namespace Infernet.Cheater.Cheats;

/// <summary>Generates half of each answer and says that the model ended there, end token and all.</summary>
internal sealed class TruncatedAnswerCheat() : Cheat("truncated-answer", "half an answer, ended as if it were whole")
{
    public override async Task<ItemAnswer> AnswerAsync(
        Item item, Sampling sampling, HonestProvider honest, CancellationToken cancellationToken)
    {
        ItemAnswer whole = await honest.AnswerAsync(item, sampling, cancellationToken);
        if (whole.TokenIds.Count < 4)
        {
            return whole;
        }

        int end = await honest.EndTokenAsync(cancellationToken);
        int[] half = [.. whole.TokenIds.Take(whole.TokenIds.Count / 2)];
        return whole with
        {
            Output = new ItemOutput { Index = item.Index, Text = honest.Engine.Detokenize(half) },
            TokenIds = [.. half, end],
            FinishReason = FinishReason.Stop,
        };
    }
}
