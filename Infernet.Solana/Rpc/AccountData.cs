using Infernet.Solana.Keys;

namespace Infernet.Solana.Rpc;

/// <summary>An account as the cluster holds it.</summary>
public sealed record AccountData(Address Owner, ulong Lamports, ReadOnlyMemory<byte> Data);
