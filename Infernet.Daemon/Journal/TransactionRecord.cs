using Infernet.Solana.Keys;

namespace Infernet.Daemon.Journal;

/// <summary>A transaction of this node's wallet. One purpose and key never make two payments.</summary>
/// <param name="Row">Its number.</param>
/// <param name="Purpose">"channel-open"…</param>
/// <param name="Key">What it is done to, unique within the purpose.</param>
/// <param name="Genesis">The cluster that it is for.</param>
/// <param name="State">How far it came.</param>
/// <param name="Wire">The signed bytes; null before.</param>
/// <param name="LastValidHeight">The last block height at which it can be in a block.</param>
/// <param name="Fee">Lamports, priority included.</param>
/// <param name="Slot">Where it is in; 0 if it is nowhere.</param>
/// <param name="Problem">Why it did not work; null if it did, or nobody knows yet.</param>
/// <param name="At">When it was signed.</param>
internal sealed record TransactionRecord(
    long Row, string Purpose, string Key, Address Genesis, TransactionState State, byte[]? Wire, ulong LastValidHeight,
    ulong Fee, ulong Slot, string? Problem, DateTimeOffset At);
