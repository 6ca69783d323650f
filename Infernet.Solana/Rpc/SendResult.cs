namespace Infernet.Solana.Rpc;

/// <summary>
/// How sending ended; only after <see cref="SendOutcome.Expired"/> or a refusal may it be signed anew.
/// </summary>
public sealed record SendResult(SendOutcome Outcome, string Id, ulong Slot, string? Error);
