using Infernet.Core.Schemas;
using Infernet.Daemon.Jobs.Providing;

namespace Infernet.Cheater.Cheats;

/// <summary>Draws with a seed of its own.</summary>
internal sealed class WrongSeedCheat() : Cheat("wrong-seed", "tokens drawn under another seed")
{
    public override Task<ItemAnswer> AnswerAsync(
        Item item, Sampling sampling, HonestProvider honest, CancellationToken cancellationToken)
    {
        Sampling other = sampling.Clone();
        other.Seed = unchecked(sampling.Seed + 1);
        return honest.AnswerAsync(item, other, cancellationToken);
    }
}
