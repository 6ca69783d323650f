using Infernet.Solana.Keys;

namespace Infernet.Solana.Transactions;

/// <summary>Accounts that a version 0 message takes from a table on the chain, by index.</summary>
public sealed record AddressTableLookup(
    Address Table, ReadOnlyMemory<byte> WritableIndices, ReadOnlyMemory<byte> ReadOnlyIndices);
