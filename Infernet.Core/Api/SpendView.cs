namespace Infernet.Core.Api;

/// <summary>
/// Something that is done on the chain: what it costs, and, once it was done, the transaction. Asked for with "dry_run"
/// nothing is signed, and there is no transaction.
/// </summary>
public sealed record SpendView
{
    /// <summary>For people: "staking 5 SOL".</summary>
    public required string What { get; init; }

    /// <summary>Whose wallet.</summary>
    public required string Wallet { get; init; }

    /// <summary>One for each asset of which something leaves; lamports always.</summary>
    public required IReadOnlyList<SpendPart> Parts { get; init; }

    /// <summary>Lamports for the cluster, priority included.</summary>
    public required ulong Fee { get; init; }

    /// <summary>Lamports that accounts are made with; most come back when they are closed.</summary>
    public required ulong Rent { get; init; }

    /// <summary>The transaction's id in base58; absent if nothing was sent.</summary>
    public string? Transaction { get; init; }

    /// <summary>Its block's slot.</summary>
    public ulong? Slot { get; init; }
}
