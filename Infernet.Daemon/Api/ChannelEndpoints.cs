using Infernet.Core.Api;
using Infernet.Core.Identity;
using Infernet.Core.Payments;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Payments.Chain;
using Infernet.Daemon.Payments.Contracts;
using Infernet.Daemon.Payments.Spending;
using Infernet.Solana.Keys;
using Infernet.Solana.Settlement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Infernet.Daemon.Api;

/// <summary>The channels by which this node pays.</summary>
internal static class ChannelEndpoints
{
    private const ulong SignatureFee = 5_000;

    // The payer's; to close, the provider's and that of the last voucher as well.
    private const int OpenSignatures = 1;
    private const int CloseSignatures = 3;

    public static void Map(IEndpointRouteBuilder routes, Node node)
    {
        routes.MapGet("/v1/payments/channels", context => ApiBody.WriteAsync(
            context, PaymentRequests.PaymentsOf(node).Payer.Channels(), PaymentJson.Default.IReadOnlyListChannelView));
        routes.MapPost("/v1/payments/channels", context => OpenAsync(context, node));
        routes.MapPost("/v1/payments/channels/close", context => CloseAsync(context, node));
    }

    private static async Task OpenAsync(HttpContext context, Node node)
    {
        ChannelRequest request = await ApiBody.ReadAsync(context, PaymentJson.Default.ChannelRequest);
        NodePayments payments = PaymentRequests.PaymentsOf(node);
        if (!PeerId.TryParse(request.Peer, out PeerId peer))
        {
            throw new ApiException("invalid", $"'{request.Peer}' is not a peer id; one looks like 12D3KooW…");
        }

        var payee = Address.Parse(PaymentRequests.WalletOf(node, request.Peer));
        await payments.Chain.RequireWalletAsync(payee, context.RequestAborted);
        ClusterFacts facts = await payments.Chain.FactsAsync(context.RequestAborted);
        facts.RequireClock();
        ulong amount = request.Amount is null
            ? payments.Payer.UsualDeposit
            : PaymentRequests.Amount(request.Amount, facts.Asset);
        if (amount == 0)
        {
            throw new ApiException("invalid", "A channel needs a deposit above 0.");
        }

        ChannelView? channel = payments.Payer.Channels().FirstOrDefault(
            c => c.PeerId == request.Peer && c.Payee == payee.ToString() && c.State == "open");
        string what = channel is null
            ? $"opening a channel to {request.Peer} with {facts.Asset.Show(amount)}"
            : $"adding {facts.Asset.Show(amount)} to the channel {channel.Address}";
        SpendView spend = await SpendAsync(
            payments, facts.Asset, what, amount, channel is null ? RentOf(facts.Asset) : 0, OpenSignatures,
            context.RequestAborted);
        if (!request.DryRun)
        {
            channel = await payments.Payer.OpenChannelAsync(peer, payee, amount, context.RequestAborted);
            spend = await AfterAsync(payments, spend, context.RequestAborted);
        }

        await ApiBody.WriteAsync(
            context, new ChannelChange { Channel = channel, Spend = spend }, PaymentJson.Default.ChannelChange);
    }

    private static async Task CloseAsync(HttpContext context, Node node)
    {
        ContractRequest request = await ApiBody.ReadAsync(context, PaymentJson.Default.ContractRequest);
        NodePayments payments = PaymentRequests.PaymentsOf(node);
        Asset asset = await payments.Payer.AssetAsync(context.RequestAborted);
        ChannelView channel = Find(payments.Payer.Channels(), request.Address);
        await payments.Payer.RequireOldEnoughAsync(Address.Parse(channel.Address), context.RequestAborted);
        string what = $"closing the channel {channel.Address} ({asset.Show(channel.Promised)} of it for the provider, "
            + $"{asset.Show(channel.Deposit - channel.Promised)} back)";
        SpendView spend = await SpendAsync(payments, asset, what, 0, 0, CloseSignatures, context.RequestAborted);
        if (!request.DryRun)
        {
            channel = await payments.Payer.CloseChannelAsync(channel.Address, context.RequestAborted);
            spend = await AfterAsync(payments, spend, context.RequestAborted);
        }

        await ApiBody.WriteAsync(
            context, new ChannelChange { Channel = channel, Spend = spend }, PaymentJson.Default.ChannelChange);
    }

    private static ChannelView Find(IReadOnlyList<ChannelView> channels, string text)
    {
        ChannelView[] found = text.Length < ContractWork.LeastPrefix
            ? [] : [.. channels.Where(c => c.Address.StartsWith(text, StringComparison.Ordinal))];
        return found.Length == 1 ? found[0] : throw new ApiException(
            PaymentCodes.ChannelUnknown,
            found.Length > 1
                ? $"{found.Length} channels of this node begin with '{text}'; give more of the address."
                : $"There is no channel '{text}' of this node; see 'infernet channel list'.");
    }

    private static ulong RentOf(Asset asset) => TransactionOutflow.Rent(ChannelState.Length)
        + (asset.IsLamports ? 0 : TransactionOutflow.Rent(Solana.Programs.TokenProgram.AccountLength));

    private static async Task<SpendView> SpendAsync(
        NodePayments payments, Asset asset, string what, ulong amount, ulong rent, int signatures,
        CancellationToken cancellationToken)
    {
        Address wallet = payments.Chain.Wallet;
        ulong lamports = await payments.Chain.BalanceAsync(wallet, Asset.Sol, cancellationToken);
        ulong fee = (SignatureFee * (ulong)signatures) + payments.Chain.MaxPriorityFee;
        UInt128 costs = (UInt128)fee + rent + (asset.IsLamports ? amount : 0);
        List<SpendPart> parts = [Part(Asset.Sol, (ulong)UInt128.Min(costs, ulong.MaxValue), lamports)];
        if (!asset.IsLamports)
        {
            parts.Insert(0, Part(asset, amount, await payments.Chain.BalanceAsync(wallet, asset, cancellationToken)));
        }

        return new SpendView
        {
            What = what, Wallet = wallet.ToString(), Parts = parts, Fee = fee, Rent = rent,
        };
    }

    private static async Task<SpendView> AfterAsync(
        NodePayments payments, SpendView spend, CancellationToken cancellationToken)
    {
        var parts = new List<SpendPart>();
        foreach (SpendPart part in spend.Parts)
        {
            ulong after = await payments.Chain.BalanceAsync(
                payments.Chain.Wallet, PaymentRequests.AssetOf(part.Asset), cancellationToken);
            parts.Add(part with { BalanceAfter = after });
        }

        return spend with { Parts = parts };
    }

    private static SpendPart Part(Asset asset, ulong amount, ulong balance) => new()
    {
        Asset = ContractViews.Of(asset), Amount = amount, Balance = balance,
    };
}
