using Infernet.Core.Identity;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Spending;

/// <summary>
/// Signs vouchers by the node's identity key, each for one permit: its raise stands in the journal by then.
/// </summary>
internal sealed class GuardedVoucherSigner(NodeIdentity identity)
{
    /// <summary>What channels of this node name as their signer.</summary>
    public Address Signer { get; } = new(identity.PublicKey);

    /// <summary>The voucher's signature: 64 bytes.</summary>
    /// <exception cref="PaymentException">The permit is for another voucher, or was used.</exception>
    public byte[] Sign(Voucher voucher, SpendingPermit permit)
    {
        ArgumentNullException.ThrowIfNull(permit);
        byte[] bytes = voucher.Encode();
        permit.Use(bytes);
        return identity.Sign(bytes);
    }
}
