namespace Infernet.Solana.Transactions;

/// <summary>An instruction as a message holds it: addresses are indices into the message's accounts.</summary>
public sealed record CompiledInstruction(byte Program, ReadOnlyMemory<byte> Accounts, ReadOnlyMemory<byte> Data);
