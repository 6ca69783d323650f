using Infernet.Core.Identity;
using Infernet.Core.Payments;

namespace Infernet.Daemon.Payments.Earning;

/// <summary>What a <see cref="PayerAccount"/> stands on.</summary>
internal sealed record AccountGround
{
    public required PeerId Payer { get; init; }

    /// <summary>The payer's wallet, in base58.</summary>
    public required string Wallet { get; init; }

    /// <summary>The channel, in base58.</summary>
    public required string Channel { get; init; }

    /// <summary>The CID of the job's model.</summary>
    public required string Model { get; init; }

    /// <summary>The job's, to its end.</summary>
    public required Prices Prices { get; init; }

    public required Asset Asset { get; init; }

    /// <summary>See <see cref="Journal.EarningTable"/>.</summary>
    public required string AssetKey { get; init; }

    /// <summary>What the payer may owe, as it stands at the moment of asking, given what it is lent without a reason.</summary>
    public required Func<ulong, PayerWindow> Window { get; init; }

    public required VoucherDesk Vouchers { get; init; }

    public required EarningJournal Journal { get; init; }

    public required EarningOptions Options { get; init; }

    public required TimeProvider Time { get; init; }
}
