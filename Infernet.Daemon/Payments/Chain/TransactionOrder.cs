using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Chain;

/// <summary>A transaction that is wanted. Purpose and key together name the payment: it is made once.</summary>
internal sealed record TransactionOrder
{
    /// <summary>"channel-open", "settle"…</summary>
    public required string Purpose { get; init; }

    /// <summary>What it is done to: unique within the purpose, on one cluster.</summary>
    public required string Key { get; init; }

    /// <summary>For people, in errors: "opening the channel 4Gz… with 0.1 SOL".</summary>
    public required string What { get; init; }

    /// <summary>
    /// Gives the instructions, of which the first will be the transaction's number so-and-so: budgets, and accounts
    /// that have to be made, come before. Asked anew for each signing.
    /// </summary>
    public required Func<byte, IReadOnlyList<Instruction>> Compose { get; init; }

    /// <summary>Whose token accounts of <see cref="Mint"/> must exist; those that do not are made.</summary>
    public IReadOnlyList<Address> TokenOwners { get; init; } = [];

    /// <summary>What has to be done before, by a transaction of its own; null if nothing has.</summary>
    public TransactionOrder? First { get; init; }

    /// <summary>What moves; the default address for lamports, which need no token accounts.</summary>
    public Address Mint { get; init; }

    /// <summary>What the outflow depends on, beside the message.</summary>
    public OutflowScope Scope { get; init; } = OutflowScope.Nothing;

    /// <summary>Keys of this node that sign beside the wallet.</summary>
    public IReadOnlyList<SolanaKey> ExtraSigners { get; init; } = [];

    /// <summary>
    /// Somebody else who must sign: is given the transaction as the wallet signed it, and answers the same with its
    /// signature. Only for what takes nothing but the fee: a refused one may still be sent by whoever has it.
    /// </summary>
    public Func<Transaction, CancellationToken, Task<Transaction>>? CoSign { get; init; }
}
