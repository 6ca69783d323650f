using Infernet.Solana.Keys;

namespace Infernet.Solana.Transactions;

/// <summary>One call of a program: which, with which accounts, with what data.</summary>
public sealed record Instruction(Address Program, IReadOnlyList<AccountMeta> Accounts, ReadOnlyMemory<byte> Data);
