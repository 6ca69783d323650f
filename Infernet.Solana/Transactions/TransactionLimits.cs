namespace Infernet.Solana.Transactions;

/// <summary>What the network takes; the reader and the compiler enforce it.</summary>
public static class TransactionLimits
{
    /// <summary>Bytes of a whole transaction: one IPv6 packet.</summary>
    public const int MaxTransactionLength = 1232;

    /// <summary>Accounts that one transaction may lock.</summary>
    public const int MaxAccounts = 64;

    public const int MaxInstructions = 64;

    public const int MaxSigners = 12;
}
