namespace Infernet.Solana.Rpc;

/// <summary>
/// The least that a transaction of this slot paid for its priority, in millionths of a lamport per compute unit.
/// </summary>
public readonly record struct PriorityFee(ulong Slot, ulong MicroLamports);
