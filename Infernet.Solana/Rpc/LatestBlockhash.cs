using Infernet.Solana.Keys;

namespace Infernet.Solana.Rpc;

/// <summary>A blockhash, and the last block height at which a transaction with it can still be included.</summary>
public readonly record struct LatestBlockhash(Address Blockhash, ulong LastValidBlockHeight);
