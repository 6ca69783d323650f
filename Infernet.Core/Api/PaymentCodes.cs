namespace Infernet.Core.Api;

/// <summary>
/// The codes of an <see cref="ApiError"/> about money. Their messages name the amount, the account, and what would be
/// right; the CLI ends with one exit code for all of them.
/// </summary>
public static class PaymentCodes
{
    /// <summary>Payments are off on this node.</summary>
    public const string Off = "payments-off";

    /// <summary>There is no wallet, or it can't be opened.</summary>
    public const string WalletMissing = "wallet-missing";

    /// <summary>No endpoint of the cluster answers, or not with sense.</summary>
    public const string RpcUnreachable = "rpc-unreachable";

    /// <summary>The endpoints are of another cluster than was expected, or of several.</summary>
    public const string WrongCluster = "wrong-cluster";

    /// <summary>The settlement program is not there, or not configured.</summary>
    public const string WrongProgram = "wrong-program";

    /// <summary>What should be paid in is no mint of the token program, or another one than was agreed on.</summary>
    public const string WrongMint = "wrong-mint";

    /// <summary>The wallet has less than is needed.</summary>
    public const string Unfunded = "unfunded";

    /// <summary>An amount that is too small for the chain: below the rent of the account that it should go to.</summary>
    public const string Dust = "dust";

    /// <summary>This node's clock is not the cluster's: intents and channels would be good for other times than meant.</summary>
    public const string Clock = "clock";

    /// <summary>The day's cap is reached.</summary>
    public const string SpendingCap = "spending-cap";

    /// <summary>The wallet is not to sign this: it can't tell what it would cost, or not by this way.</summary>
    public const string NotSigned = "not-signed";

    /// <summary>The program would refuse, so nothing was signed.</summary>
    public const string Refused = "refused";

    /// <summary>It was in a block and failed there: the fee is gone.</summary>
    public const string Failed = "transaction-failed";

    /// <summary>It was in no block in time: nothing is gone.</summary>
    public const string Expired = "expired";

    /// <summary>Its fate is unknown, and the node goes on asking.</summary>
    public const string Pending = "pending";

    /// <summary>There is no such channel, or it is closed.</summary>
    public const string ChannelUnknown = "channel-unknown";

    /// <summary>The channel is not in the state that this needs.</summary>
    public const string ChannelState = "channel-state";

    /// <summary>There is no such stake, lease or escrow.</summary>
    public const string ContractUnknown = "contract-unknown";

    /// <summary>What the committee signed is not enough, or about something else.</summary>
    public const string Attestation = "attestation";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Off, WalletMissing, RpcUnreachable, WrongCluster, WrongProgram, WrongMint, Unfunded, Dust, Clock, SpendingCap,
        NotSigned, Refused, Failed, Expired, Pending, ChannelUnknown, ChannelState, ContractUnknown, Attestation,
    ];

    /// <summary>Whether a code is about money.</summary>
    public static bool Contains(string code) => All.Contains(code);
}
