using Infernet.Core.Api;
using Infernet.Core.Schemas;
using Infernet.Daemon.Payments.Chain;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Infernet.Solana.Transactions;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>
/// What earning needs of the chain. Each question may throw <see cref="PaymentException"/>: the cluster can't be reached,
/// is another one, or refused.
/// </summary>
internal sealed record EarningChain
{
    /// <summary>What earns, and signs settlements.</summary>
    public required Address Wallet { get; init; }

    public required Address Program { get; init; }

    /// <summary>What work is paid in; the default address for lamports.</summary>
    public required Address Mint { get; init; }

    /// <summary>What is known of the cluster.</summary>
    public required Func<CancellationToken, ValueTask<ClusterFacts>> Facts { get; init; }

    /// <summary>A channel as the chain has it; null if there is none.</summary>
    public required Func<Address, CancellationToken, Task<ChannelState?>> Channel { get; init; }

    /// <summary>An escrow as the chain has it; null if there is none.</summary>
    public required Func<Address, CancellationToken, Task<EscrowState?>> Escrow { get; init; }

    /// <summary>Has enough of the committee sign for the release of what an escrow's voucher says.</summary>
    public required Func<ReleaseRequest, CancellationToken, Task<IReadOnlyList<AttestationView>>> Attest { get; init; }

    /// <summary>Hands in what the committee signed, or says what that would take.</summary>
    public required Func<IReadOnlyList<AttestationView>, bool, CancellationToken, Task<EscrowChange>> Release { get; init; }

    /// <summary>Whether this node released the escrow of an address that was opened in a slot.</summary>
    public required Func<Address, ulong, CancellationToken, Task<bool>> WasReleased { get; init; }

    /// <summary>The node and the stake that a wallet has registered; null if none.</summary>
    public required Func<Address, CancellationToken, Task<NodeState?>> Stake { get; init; }

    /// <summary>Sends a transaction; the same purpose and key twice make one payment.</summary>
    public required Func<TransactionOrder, CancellationToken, Task<SettledTransaction>> Send { get; init; }

    /// <summary>What a transaction would take out of the wallet at most; nothing is signed.</summary>
    public required Func<TransactionOrder, CancellationToken, Task<SpendView>> Quote { get; init; }

    /// <summary>Signs a message by the wallet that takes nothing out of it: 64 bytes.</summary>
    public required Func<Message, CancellationToken, Task<byte[]>> CoSign { get; init; }

    /// <summary>Names what the amounts are in, in the journal.</summary>
    public string AssetKey => $"{Program}/{Mint}";
}
