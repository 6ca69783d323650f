using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;

namespace Infernet.Cheater.Cheats;

/// <summary>Hands out the embedding of another text: what it computed first it gives to everything.</summary>
internal sealed class WrongEmbeddingCheat() : Cheat("wrong-embedding", "one embedding for every text")
{
    private ItemOutput? _first;

    public override async Task<ItemAnswer> AnswerAsync(
        Item item, Sampling sampling, HonestProvider honest, CancellationToken cancellationToken)
    {
        ItemAnswer answer = await honest.AnswerAsync(item, sampling, cancellationToken);
        if (answer.Output.Embedding.Count == 0)
        {
            return answer;
        }

        ItemOutput copied = (Interlocked.CompareExchange(ref _first, answer.Output, null) ?? answer.Output).Clone();
        copied.Index = item.Index;
        return answer with { Output = copied };
    }
}
