namespace Infernet.Daemon.Journal;

/// <summary>How far a transaction of this node's wallet came.</summary>
internal enum TransactionState
{
    /// <summary>Accounted for, and perhaps signed; never sent. Whoever finds it so after a crash drops it.</summary>
    Approved,

    /// <summary>Signed, and perhaps sent; only the cluster knows what became of it.</summary>
    Signed,

    /// <summary>On the chain, as one of several endpoints says; the others are asked again.</summary>
    Told,

    /// <summary>On the chain.</summary>
    Done,

    /// <summary>In a block, where it failed.</summary>
    Failed,

    /// <summary>In no block, and never will be.</summary>
    Expired,

    /// <summary>Never sent.</summary>
    Dropped,
}
