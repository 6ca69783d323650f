using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Cli.Payments;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;

namespace Infernet.Cli.Leases;

/// <summary><c>infernet lease …</c>: a provider's time, paid in advance and released by the second.</summary>
internal static class LeaseCommands
{
    private static readonly Argument<string> Provider = new("PROVIDER")
    {
        Description = "Its wallet's address, or the peer id of a known peer.",
    };

    private static readonly Argument<string> Lease = new("LEASE") { Description = "A lease's address, or how one of this wallet's begins." };

    private static readonly Option<string> Price = new("--price")
    {
        Description = "What an hour costs, such as \"0.036 SOL\".", HelpName = "AMOUNT", Required = true,
    };

    private static readonly Option<string> Time = new("--time")
    {
        Description = "How long, such as 90m or 12h.", HelpName = "TIME", Required = true,
    };

    public static Command Create() => new CliCommand(
        "lease",
        "A provider's time, paid in advance and released to it by the second; either side may end it.",
        "infernet lease create 12D3KooW… --price 0.036SOL --time 2h",
        "infernet lease list")
        .With(
            new CliCommand(
                "create",
                "Rent a provider's time.",
                "infernet lease create 4dJkJH7sPwfQ3q7u8LR4yHa33MAATvj9dZ8yZg3zZgPC --price 0.036SOL --time 2h",
                "infernet lease create 12D3KooW… --price 0.36SOL --time 30m --yes")
                .With(Provider, Price, Time, Confirmation.Yes, Spending.DryRun)
                .Runs(CreateAsync),
            new CliCommand(
                "list",
                "List the leases that this wallet rents, and those that it is paid for.",
                "infernet lease list",
                "infernet lease list --json")
                .Runs(ListAsync),
            new CliCommand(
                "release",
                "Have paid out what has come due of a lease; it goes on. Anybody may, at the cost of the cluster's fee.",
                "infernet lease release 9D73eqmsDLur1UgN4mNKUhsDLQBGy1SWxrKRKErFXata")
                .With(Lease, Confirmation.Yes, Spending.DryRun)
                .Runs((context, token) => ChangeAsync(context, "release", token)),
            new CliCommand(
                "cancel",
                "End a lease: what is due goes to the provider, the rest back to the renter.",
                "infernet lease cancel 9D73eqmsDLur1UgN4mNKUhsDLQBGy1SWxrKRKErFXata")
                .With(Lease, Confirmation.Yes, Spending.DryRun)
                .Runs((context, token) => ChangeAsync(context, "cancel", token)));

    private static Task<int> CreateAsync(CommandContext context, CancellationToken cancellationToken) => Spending.RunAsync(
        context, "v1/payments/leases",
        dryRun => new LeaseRequest(
            context.Value(Provider), context.Parsed.GetRequiredValue(Price), context.Parsed.GetRequiredValue(Time), dryRun),
        PaymentJson.Default.LeaseRequest, PaymentJson.Default.LeaseChange, change => change.Spend,
        change => Show(context, change), cancellationToken);

    private static Task<int> ChangeAsync(CommandContext context, string verb, CancellationToken cancellationToken) =>
        Spending.RunAsync(
            context, $"v1/payments/leases/{verb}", dryRun => new ContractRequest(context.Value(Lease), dryRun),
            PaymentJson.Default.ContractRequest, PaymentJson.Default.LeaseChange, change => change.Spend,
            change => Show(context, change), cancellationToken);

    private static Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken) => Listing.RunAsync(
        context, "v1/payments/leases", PaymentJson.Default.IReadOnlyListLeaseView,
        "There are no leases. 'infernet lease create' rents a provider's time.",
        leases => Write(context.Terminal, leases), cancellationToken);

    private static void Show(CommandContext context, LeaseChange change)
    {
        if ((change.After ?? change.Before) is { } lease)
        {
            Write(context.Terminal, [lease]);
        }
    }

    private static void Write(Terminal terminal, IReadOnlyList<LeaseView> leases)
    {
        var sheet = new Sheet("LEASE", "STATE", "ROLE", "OTHER SIDE", ">AN HOUR", ">DEPOSIT", ">PAID OUT", ">LEFT", "END");
        foreach (LeaseView lease in leases)
        {
            sheet.Add(
                SheetCell.Address(lease.Address),
                lease.State == "running" ? SheetCell.Good(lease.State) : SheetCell.Dim(lease.State),
                lease.Role,
                Fields.Short(lease.Role == "renter" ? lease.Provider : lease.Renter),
                PerHour(lease),
                SpendText.Show(lease.Deposit, lease.Asset),
                SpendText.Show(lease.Released, lease.Asset),
                SpendText.Show(lease.Left, lease.Asset),
                SheetCell.Time(lease.End is { } end ? Fields.Time(end) : "-"));
        }

        terminal.Out.Write(sheet.Render(terminal.OutInk, terminal.Width()));
    }

    // Any price of a second is an amount; that of an hour need not be.
    private static string PerHour(LeaseView lease)
    {
        const ulong hour = 3600;
        return lease.PricePerSecond <= ulong.MaxValue / hour
            ? SpendText.Show(lease.PricePerSecond * hour, lease.Asset)
            : $"over {SpendText.Show(ulong.MaxValue, lease.Asset)}";
    }
}
