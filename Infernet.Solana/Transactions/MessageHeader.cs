namespace Infernet.Solana.Transactions;

/// <summary>
/// How many of a message's accounts sign, and how many of the signers and of the others are read-only.
/// </summary>
public readonly record struct MessageHeader(byte Signers, byte ReadOnlySigners, byte ReadOnlyOthers);
