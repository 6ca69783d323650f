namespace Infernet.Daemon.Payments.Chain;

/// <summary>A transaction that is on the chain.</summary>
/// <param name="Id">Its signature in base58.</param>
/// <param name="Slot">The block's.</param>
/// <param name="Fee">Lamports that this node paid for it.</param>
/// <param name="Repeated">Whether an earlier order had made it already, and nothing was sent now.</param>
internal sealed record SettledTransaction(string Id, ulong Slot, ulong Fee, bool Repeated);
