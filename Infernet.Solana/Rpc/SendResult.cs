namespace Infernet.Solana.Rpc;

/// <summary>
/// How sending ended; only after <see cref="SendOutcome.Expired"/> or a refusal may it be signed anew.
/// </summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Id">The transaction's signature in base58.</param>
/// <param name="Slot">Of its block; 0 if it is in none.</param>
/// <param name="Error">The cluster's JSON; null if there is none.</param>
/// <param name="Agreed">False where one of several endpoints says "done", and no other one confirms it so far.</param>
public sealed record SendResult(SendOutcome Outcome, string Id, ulong Slot, string? Error, bool Agreed = true);
