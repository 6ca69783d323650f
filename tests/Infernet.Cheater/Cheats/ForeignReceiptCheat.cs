using Infernet.Core.Identity;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;

namespace Infernet.Cheater.Cheats;

/// <summary>Has an accomplice sign the receipts, so that nothing can be held against this node.</summary>
internal sealed class ForeignReceiptCheat() : Cheat("foreign-receipt", "receipts signed by another node")
{
    private readonly NodeIdentity _accomplice = NodeIdentity.Generate();

    public override byte[] Seal(NodeIdentity identity, Receipt receipt) => ReceiptEnvelope.Seal(_accomplice, receipt);
}
