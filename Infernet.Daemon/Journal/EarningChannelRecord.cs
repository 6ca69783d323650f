using Infernet.Core.Identity;
using Infernet.Core.Schemas;
using Infernet.Solana.Settlement;

namespace Infernet.Daemon.Journal;

/// <summary>
/// A channel on which this node is paid: what the chain said when it was last read, and what is held of it here. Or an
/// escrow, of which the same is said: its deposit is settled once, as a whole, by its release.
/// Amounts in the smallest unit; none is above what a signed number of 64 bits holds.
/// </summary>
internal sealed record EarningChannelRecord
{
    /// <summary>The channel's address in base58.</summary>
    public required string Channel { get; init; }

    /// <summary>Whose identity key signs its vouchers.</summary>
    public required PeerId Peer { get; init; }

    /// <summary>Of an escrow payer, payee, mint and signer mean the same; its opening slot is that of the chain.</summary>
    public required ChannelKey Key { get; init; }

    /// <summary>What the committee has to be shown of an escrow, beside the voucher; null for a channel.</summary>
    public ReleaseRequest? Escrow { get; init; }

    /// <summary>"the channel 4Gz…", or "the escrow 4Gz…".</summary>
    public string Name => $"the {(Escrow is null ? "channel" : "escrow")} {Channel}";

    /// <summary>The program that holds it, in base58.</summary>
    public required string Program { get; init; }

    public required long Deposit { get; init; }

    public required long Settled { get; init; }

    public required DateTimeOffset Expiry { get; init; }

    /// <summary>When the payer, who asked to close, gets the rest; null if it has not asked.</summary>
    public DateTimeOffset? ReclaimAt { get; init; }

    /// <summary>What this node has to settle after the payer asked; of an escrow what was left of its time at first.</summary>
    public required TimeSpan WithdrawDelay { get; init; }

    /// <summary>The fees that it opened with.</summary>
    public required Terms Terms { get; init; }

    /// <summary>When the chain was asked.</summary>
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>
    /// How long ago the chain was asked. By a clock that was set back by more than a little since then nobody knows: for
    /// ever.
    /// </summary>
    public TimeSpan AgeAt(DateTimeOffset now) => ReadAt <= now ? now - ReadAt
        : ReadAt - now < TimeSpan.FromMinutes(1) ? TimeSpan.Zero
        : TimeSpan.MaxValue;

    /// <summary>Whether the chain has it no more.</summary>
    public bool IsClosed { get; init; }

    /// <summary>The cumulative amount of the best voucher that counts; 0 without one.</summary>
    public long Held { get; init; }

    /// <summary>Its signature.</summary>
    public byte[] Signature { get; init; } = [];

    /// <summary>Its end in Unix seconds; 0 for never.</summary>
    public long VoucherExpiry { get; init; }

    /// <summary>Since when something is held that is not settled.</summary>
    public DateTimeOffset? HeldSince { get; init; }

    /// <summary>A better voucher that does not count until the chain was read again; 0 without one.</summary>
    public long Claimed { get; init; }

    public byte[] ClaimedSignature { get; init; } = [];

    public long ClaimedExpiry { get; init; }

    /// <summary>When this node signed for its end; null if it has not, or that came to nothing.</summary>
    public DateTimeOffset? CloseSignedAt { get; init; }

    /// <summary>What is held and not on the chain.</summary>
    public long Unsettled => Math.Max(0, Held - Settled);
}
