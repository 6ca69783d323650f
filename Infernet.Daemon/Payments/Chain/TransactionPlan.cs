using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Rpc;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Chain;

/// <summary>A message that would work, as the cluster says; nobody has signed it.</summary>
internal sealed record TransactionPlan(Message Message, Outflow Outflow, LatestBlockhash Blockhash);
