using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Histories.Model;

/// <summary>
/// One instruction of the program, which stands last, and what the model says of it: refused for this reason, or done
/// with this effect.
/// </summary>
internal sealed record Step(
    string Name, Address Mint, IReadOnlyList<Instruction> Instructions, IReadOnlyList<SolanaKey> Signers,
    SettlementError Expected, Action Apply);
