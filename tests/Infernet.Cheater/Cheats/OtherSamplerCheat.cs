using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;

namespace Infernet.Cheater.Cheats;

/// <summary>Takes the likeliest token whatever sampler was asked for.</summary>
internal sealed class OtherSamplerCheat() : Cheat("other-sampler", "greedy, whatever sampler was asked for")
{
    public override Task<ItemAnswer> AnswerAsync(
        Item item, Sampling sampling, HonestProvider honest, CancellationToken cancellationToken)
    {
        Sampling greedy = sampling.Clone();
        greedy.Temperature = 0;
        return honest.AnswerAsync(item, greedy, cancellationToken);
    }
}
