namespace Infernet.Solana.Rpc;

/// <summary>
/// What became of a transaction that is in a block; <see cref="Error"/> is JSON, or null for success.
/// </summary>
public sealed record SignatureStatus(ulong Slot, Commitment Commitment, string? Error);
