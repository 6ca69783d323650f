using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Solana.Tests.Settlement.Histories;

/// <summary>One transaction, and what the model says that it does: an error, or a change of balances.</summary>
internal sealed record Step(
    string Name, Instruction[] Instructions, SolanaKey[] Signers, SettlementError Expected, Action Apply);
