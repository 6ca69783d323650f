using Infernet.Core.Identity;
using Infernet.Core.Schemas;

namespace Infernet.Cheater.Cheats;

/// <summary>Claims to have worked for an hour on each shard.</summary>
internal sealed class ImpossibleTimesCheat() : Cheat("impossible-times", "an hour of work claimed for each shard")
{
    private const long Hour = 3_600_000_000;

    public override byte[] Seal(NodeIdentity identity, Receipt receipt)
    {
        Receipt stretched = receipt.Clone();
        stretched.StartedUnixUs -= Hour;
        return base.Seal(identity, stretched);
    }
}
