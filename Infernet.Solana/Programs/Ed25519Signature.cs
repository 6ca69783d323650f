using Infernet.Solana.Keys;

namespace Infernet.Solana.Programs;

/// <summary>A signature together with whose it is, as the precompile is given it.</summary>
public readonly record struct Ed25519Signature(Address Signer, ReadOnlyMemory<byte> Signature);
