using System.Globalization;
using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Core.Schemas;
using Infernet.Daemon.Nodes;
using Infernet.Daemon.Payments.Earning;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Infernet.Daemon.Api;

/// <summary>What this node asks for its work, what it earned, and settling.</summary>
internal static class EarningEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Node node)
    {
        routes.MapGet("/v1/payments/earnings", context => ReportAsync(context, node));
        routes.MapPost("/v1/payments/earnings/settle", async context =>
        {
            SettleRequest request = await ApiBody.ReadAsync(context, PaymentJson.Default.SettleRequest);
            SettleReport report = await PaymentRequests.PaymentsOf(node).Earner
                .SettleAsync(request.DryRun, context.RequestAborted);
            await ApiBody.WriteAsync(context, report, PaymentJson.Default.SettleReport);
        });
        routes.MapGet("/v1/payments/price", async context => await ApiBody.WriteAsync(
            context, await PaymentRequests.PaymentsOf(node).Earner.PriceAsync(context.RequestAborted),
            PaymentJson.Default.PriceView));
        routes.MapPost("/v1/payments/price", context => SetPriceAsync(context, node));
    }

    private static async Task ReportAsync(HttpContext context, Node node)
    {
        EarningsGrouping by = context.Request.Query["by"].ToString() switch
        {
            "" or "day" => EarningsGrouping.Day,
            "model" => EarningsGrouping.Model,
            "payer" => EarningsGrouping.Payer,
            "kind" => EarningsGrouping.Kind,
            string other => throw new ApiException("invalid", $"by must be day, model, payer or kind, is '{other}'."),
        };
        DateTimeOffset since = DateTimeOffset.UnixEpoch;
        if (context.Request.Query["since"].ToString() is { Length: > 0 } text
            && !DateTimeOffset.TryParseExact(
                text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out since))
        {
            throw new ApiException("invalid", $"since must be a day such as 2026-11-21, is '{text}'.");
        }

        EarningsReport report = await PaymentRequests.PaymentsOf(node).Earner
            .ReportAsync(by, since, context.RequestAborted);
        await ApiBody.WriteAsync(context, report, PaymentJson.Default.EarningsReport);
    }

    private static async Task SetPriceAsync(HttpContext context, Node node)
    {
        PriceRequest request = await ApiBody.ReadAsync(context, PaymentJson.Default.PriceRequest);
        NodePayments payments = PaymentRequests.PaymentsOf(node);
        Asset asset = (await payments.Chain.FactsAsync(context.RequestAborted)).Asset;
        PriceList prices = payments.Earner.Prices.Current.ToMessage();
        prices.InputPerMillionTokens = Price(request.Input, asset) ?? prices.InputPerMillionTokens;
        prices.OutputPerMillionTokens = Price(request.Output, asset) ?? prices.OutputPerMillionTokens;
        prices.EnginePerHour = Price(request.EngineHour, asset) ?? prices.EnginePerHour;
        prices.ContainerPerHour = Price(request.ContainerHour, asset) ?? prices.ContainerPerHour;
        await payments.Earner.Prices.SetAsync(prices, context.RequestAborted);
        await ApiBody.WriteAsync(
            context, await payments.Earner.PriceAsync(context.RequestAborted), PaymentJson.Default.PriceView);
    }

    private static ulong? Price(string? text, Asset asset) => text switch
    {
        null => null,
        "0" => 0,
        _ => PaymentRequests.Amount(text, asset),
    };
}
