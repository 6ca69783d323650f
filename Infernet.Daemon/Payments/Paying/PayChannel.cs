using Infernet.Core.Identity;
using Infernet.Daemon.Payments.Escrows;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Payments.Paying;

/// <summary>
/// A channel by which this node pays, as the journal has it, or an escrow for one job, which is paid by in the same way.
/// Amounts in the smallest unit. Immutable.
/// </summary>
internal sealed record PayChannel
{
    public required Address Address { get; init; }

    /// <summary>The provider; it may get another payout address, and then another channel.</summary>
    public required PeerId Peer { get; init; }

    /// <summary>Of an escrow payer, payee, mint and signer alone mean something.</summary>
    public required ChannelKey Key { get; init; }

    /// <summary>What an escrow is named by; null for a channel.</summary>
    public EscrowName? Escrow { get; init; }

    /// <summary>The cluster's.</summary>
    public required Address Genesis { get; init; }

    /// <summary>One of <see cref="PayChannelState"/>.</summary>
    public required string State { get; init; }

    /// <summary>Everything paid in.</summary>
    public required ulong Deposit { get; init; }

    /// <summary>What vouchers promise in all.</summary>
    public ulong Signed { get; init; }

    /// <summary>The best voucher that the provider said it holds.</summary>
    public ulong Held { get; init; }

    /// <summary>From here, plus a channel's delay, the rest can be had back by this node alone.</summary>
    public required DateTimeOffset Expiry { get; init; }

    /// <summary>When the rest comes back, once it was asked for; null before.</summary>
    public DateTimeOffset? ReclaimAt { get; init; }

    /// <summary>How often it was topped up, the one that is under way included.</summary>
    public int Additions { get; init; }

    /// <summary>A deposit that is on its way, and not in <see cref="Deposit"/> yet.</summary>
    public ulong Adding { get; init; }

    /// <summary>The expiry that comes with it.</summary>
    public DateTimeOffset? AddingExpiry { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When a job last paid by it.</summary>
    public required DateTimeOffset UsedAt { get; init; }

    /// <summary>What went wrong last, for people.</summary>
    public string? Note { get; init; }

    /// <summary>What is neither promised nor gone.</summary>
    public ulong Unsigned => Deposit > Signed ? Deposit - Signed : 0;

    /// <summary>Whether it may still hold money of this node.</summary>
    public bool IsLive => State is PayChannelState.Opening or PayChannelState.Open or PayChannelState.Closing;
}
