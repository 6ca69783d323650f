using System.CommandLine;
using Infernet.Cli.Client;
using Infernet.Cli.Commands;
using Infernet.Cli.Payments;
using Infernet.Core.Api;

namespace Infernet.Cli.Earnings;

/// <summary><c>infernet earnings</c>: what this node earned, what of it is on the chain, and settling now.</summary>
internal static class EarningsCommands
{
    private static readonly Option<string> By = new("--by")
    {
        Description = "What the rows are by: day, model, payer or kind, which is shards or audits (default: day).", HelpName = "WHAT",
        DefaultValueFactory = _ => "day",
    };

    private static readonly Option<string> Since = new("--since")
    {
        Description = "From this day (UTC) on, such as 2026-11-21 (default: all).", HelpName = "DAY",
    };

    private static readonly Option<bool> Csv = new("--csv")
    {
        Description = "The rows as comma-separated values, amounts in wholes.",
    };

    public static Command Create()
    {
        By.AcceptOnlyFromAmong("day", "model", "payer", "kind");
        return new CliCommand(
            "earnings",
            "Show what this node earned: by day, model, payer or kind, what is paid, and what is on the chain.",
            "infernet earnings",
            "infernet earnings --by payer --since 2026-11-01",
            "infernet earnings --by model --csv")
            .With(
                By, Since, Csv,
                new CliCommand(
                    "settle",
                    "Settle what vouchers hold now, without waiting for amount and age. Settling costs the cluster's fee.",
                    "infernet earnings settle",
                    "infernet earnings settle --yes --json")
                    .With(Confirmation.Yes, Spending.DryRun)
                    .Runs(SettleAsync))
            .Runs(ShowAsync);
    }

    private static async Task<int> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string since = context.Value(Since) is { } day ? $"&since={Uri.EscapeDataString(day)}" : "";
        EarningsReport report = await context.Api.GetAsync(
            $"v1/payments/earnings?by={context.Value(By)}{since}", PaymentJson.Default.EarningsReport, cancellationToken);
        if (context.Json)
        {
            context.WriteJson(report, PaymentJson.Default.EarningsReport);
        }
        else if (context.Value(Csv))
        {
            EarningsView.WriteCsv(context.Terminal.Out, report);
        }
        else
        {
            EarningsView.Write(context.Terminal, report);
        }

        return ExitCode.Done;
    }

    private static async Task<int> SettleAsync(CommandContext context, CancellationToken cancellationToken)
    {
        SettleReport report = await PostAsync(dryRun: true);
        bool only = context.Value(Spending.DryRun);
        if (report.Spend is { } spend && !only)
        {
            if (!Confirmation.Ask(context, SpendText.Before(spend)))
            {
                return ExitCode.Interrupted;
            }

            report = await PostAsync(dryRun: false);
        }

        EarningsReport earnings = await context.Api.GetAsync(
            "v1/payments/earnings", PaymentJson.Default.EarningsReport, cancellationToken);
        if (context.Json)
        {
            context.WriteJson(report, PaymentJson.Default.SettleReport);
        }
        else
        {
            EarningsView.Write(context.Terminal, report, earnings);
        }

        return report.Problems.Count == 0 ? ExitCode.Done : ExitCode.Budget;

        Task<SettleReport> PostAsync(bool dryRun) => context.Api.PostAsync(
            "v1/payments/earnings/settle", ApiRequest.Json(new SettleRequest(dryRun), PaymentJson.Default.SettleRequest),
            PaymentJson.Default.SettleReport, cancellationToken);
    }
}
