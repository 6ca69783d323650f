namespace Infernet.Solana.Transactions;

/// <summary>Which of the two message formats the chain is given.</summary>
public enum MessageVersion
{
    /// <summary>Without a version byte and without address tables.</summary>
    Legacy,

    /// <summary>Version 0: address tables are possible.</summary>
    V0,
}
