namespace Infernet.Solana.Rpc;

/// <summary>How sure the cluster is of what it says.</summary>
public enum Commitment
{
    /// <summary>In a block that a node has executed; forks may drop it.</summary>
    Processed,

    /// <summary>Voted for by two thirds of the stake; never undone so far.</summary>
    Confirmed,

    /// <summary>Behind so many votes that it can't be undone.</summary>
    Finalized,
}
