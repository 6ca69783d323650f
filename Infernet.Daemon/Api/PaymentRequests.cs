using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Jobs;
using Infernet.Core.Payments;
using Infernet.Daemon.Nodes;
using Infernet.Solana.Keys;

namespace Infernet.Daemon.Api;

/// <summary>What requests about money have in common: the parts must be there, and texts must make sense.</summary>
internal static class PaymentRequests
{
    /// <summary>The node's payments.</summary>
    /// <exception cref="ApiException">They are off.</exception>
    public static NodePayments PaymentsOf(Node node) => node.Payments ?? throw new ApiException(
        PaymentCodes.Off,
        "Payments are off on this node. Turn them on with 'infernet config set payments on', and start it again.");

    /// <summary>Reads an amount.</summary>
    /// <exception cref="ApiException">It is none of this asset; says what would be right.</exception>
    public static ulong Amount(string? text, Asset asset) =>
        AmountText.TryParse(text ?? "", asset, out ulong amount, out string? problem)
            ? amount
            : throw new ApiException("invalid", $"{problem}.");

    public static TimeSpan Time(string text, string what) =>
        Durations.TryParse(text, out TimeSpan time) && time > TimeSpan.Zero
            ? time
            : throw new ApiException("invalid", $"{what} must be a time such as 90m, 2h or 7d, is '{text}'.");

    /// <summary>The wallet of somebody: an address as it is, or that of a peer's advert.</summary>
    /// <exception cref="ApiException">It is neither, or the peer names none.</exception>
    public static string WalletOf(Node node, string text)
    {
        if (Address.TryParse(text, out Address address))
        {
            return address.ToString();
        }

        return !PeerId.TryParse(text, out PeerId peer)
            ? throw new ApiException(
                "invalid", $"'{text}' is neither a wallet's address (32 bytes in base58) nor a peer id (12D3KooW…).")
            : node.PayoutOf(peer) is { } payout ? payout.ToString()
            : throw new ApiException(
                "not-found",
                $"{peer} is not known, or its advert names no wallet: connect to it by 'infernet peers connect', or name the "
                + "wallet's address where that is enough.");
    }

    /// <summary>An asset as its desk speaks of it.</summary>
    public static Asset AssetOf(AssetView view) => view.Mint is { } mint
        ? Asset.Of(Address.Parse(mint).Span, view.Decimals)
        : Asset.Sol;
}
