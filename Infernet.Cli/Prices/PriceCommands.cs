using System.CommandLine;
using Infernet.Cli.Client;
using Infernet.Cli.Commands;
using Infernet.Cli.Payments;
using Infernet.Core.Api;
using Infernet.Core.Multiformats;
using Infernet.Core.Payments;

namespace Infernet.Cli.Prices;

/// <summary><c>infernet price …</c>: what this node asks for its work.</summary>
internal static class PriceCommands
{
    private static readonly Option<string> Input = Price("--input", "For a million input tokens");
    private static readonly Option<string> Output = Price("--output", "For a million output tokens");
    private static readonly Option<string> EngineHour = Price("--engine-hour", "For an hour of engine time");
    private static readonly Option<string> ContainerHour = Price("--container-hour", "For an hour of a container");

    public static Command Create() => new CliCommand(
        "price",
        "What this node asks for its work.",
        "infernet price show",
        "infernet price set --input 0.0005SOL --output 0.002SOL")
        .With(
            new CliCommand(
                "set",
                "Set prices; those that are not named stay. They hold for offers from now on, also after a restart.",
                "infernet price set --input 0.0005SOL --output 0.002SOL",
                "infernet price set --engine-hour 0")
                .With(Input, Output, EngineHour, ContainerHour)
                .Runs(SetAsync),
            new CliCommand(
                "show",
                "Show the prices that hold.",
                "infernet price show",
                "infernet price show --json")
                .Runs(ShowAsync));

    private static async Task<int> SetAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new PriceRequest(
            Read(context, Input), Read(context, Output), Read(context, EngineHour), Read(context, ContainerHour));
        if (request == new PriceRequest())
        {
            throw new UsageException("Name a price: --input, --output, --engine-hour or --container-hour.");
        }

        Report(context, await context.Api.PostAsync(
            "v1/payments/price", ApiRequest.Json(request, PaymentJson.Default.PriceRequest),
            PaymentJson.Default.PriceView, cancellationToken));
        return ExitCode.Done;
    }

    private static async Task<int> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        Report(context, await context.Api.GetAsync(
            "v1/payments/price", PaymentJson.Default.PriceView, cancellationToken));
        return ExitCode.Done;
    }

    private static void Report(CommandContext context, PriceView prices)
    {
        if (context.Json)
        {
            context.WriteJson(prices, PaymentJson.Default.PriceView);
            return;
        }

        Asset asset = Base58.TryDecode(prices.Mint, out byte[] mint) && mint.Length == Asset.MintLength
            ? Asset.Of(mint, prices.Decimals)
            : Asset.Sol;
        Fields.Write(
            context.Terminal,
            ("input", $"{AmountText.FormatSmall(prices.InputPerMillionTokens, asset)} a million tokens"),
            ("output", $"{AmountText.FormatSmall(prices.OutputPerMillionTokens, asset)} a million tokens"),
            ("engine", $"{AmountText.FormatSmall(prices.EnginePerHour, asset)} an hour"),
            ("container", $"{AmountText.FormatSmall(prices.ContainerPerHour, asset)} an hour"),
            ("from", prices.SetAt is { } at ? $"infernet price set, {Fields.Time(at)}" : prices.Origin));
    }

    private static string? Read(CommandContext context, Option<string> option) =>
        context.Value(option) is not { } text ? null
        : text == "0" || AmountText.FindProblem(text) is not { } problem ? text
        : throw new UsageException($"{option.Name}: {problem}.");

    private static Option<string> Price(string name, string what) => new(name)
    {
        Description = $"{what}, such as 0.0005SOL; 0 asks nothing.", HelpName = "AMOUNT",
    };
}
