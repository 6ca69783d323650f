namespace Infernet.Solana.Rpc;

/// <summary>What became of a transaction.</summary>
public enum SendOutcome
{
    /// <summary>In a block, and it did what it says.</summary>
    Done,

    /// <summary>In a block, but it failed: only the fee is gone.</summary>
    Failed,

    /// <summary>It would fail, so it was never sent.</summary>
    Refused,

    /// <summary>It is in no block and never will be.</summary>
    Expired,
}
