namespace Infernet.Solana.Histories.Model;

/// <summary>Lamports that somebody sends to a contract's address, and to that of its vault, before it opens.</summary>
internal readonly record struct Gift(ulong ToContract, ulong ToVault);
