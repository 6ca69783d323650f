using Infernet.Core.Identity;
using Infernet.Core.Schemas;

namespace Infernet.Cheater.Cheats;

/// <summary>Signs once, and hands the same receipt over for every later shard.</summary>
internal sealed class ReplayedReceiptCheat() : Cheat("replayed-receipt", "the receipt of an earlier shard")
{
    private byte[]? _first;

    public override byte[] Seal(NodeIdentity identity, Receipt receipt) =>
        Interlocked.CompareExchange(ref _first, base.Seal(identity, receipt), null) ?? base.Seal(identity, receipt);
}
