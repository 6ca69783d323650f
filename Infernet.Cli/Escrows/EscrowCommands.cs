using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Cli.Payments;
using Infernet.Cli.Terminals;
using Infernet.Core.Api;
using Infernet.Core.Payments;

namespace Infernet.Cli.Escrows;

/// <summary><c>infernet escrow …</c>: an amount for one job that the committee releases, or that comes back.</summary>
internal static class EscrowCommands
{
    private const int IdDigits = 32;

    private static readonly Argument<string> Payee = new("PAYEE")
    {
        Description = "A wallet's address, or the peer id of a known peer.",
    };

    private static readonly Argument<string[]> Amount = AmountArgument.Create("How much, such as 0.5 SOL.");

    private static readonly Argument<string> Escrow = new("ESCROW") { Description = "An escrow's address, or how one of this wallet's begins." };

    private static readonly Option<string> Job = new("--job")
    {
        Description = "What it is for: 32 or 64 hexadecimal digits, such as a job's id (default: random).",
        HelpName = "HEX",
    };

    private static readonly Option<string> Time = new("--time")
    {
        Description = "After how long it may be taken back (default: 7d).", HelpName = "TIME",
        DefaultValueFactory = _ => "7d",
    };

    public static Command Create() => new CliCommand(
        "escrow",
        "An amount for one job: the committee releases it, or it comes back after its time.",
        "infernet escrow open 12D3KooW… 0.5 SOL",
        "infernet escrow list")
        .With(
            new CliCommand(
                "open",
                "Put an amount aside for a payee.",
                "infernet escrow open 4dJkJH7sPwfQ3q7u8LR4yHa33MAATvj9dZ8yZg3zZgPC 0.5 SOL --time 7d")
                .With(Payee, Amount, Job, Time, Confirmation.Yes, Spending.DryRun)
                .Runs(OpenAsync),
            new CliCommand(
                "list",
                "List the escrows that this wallet pays, and those that it may be paid from.",
                "infernet escrow list",
                "infernet escrow list --json")
                .Runs(ListAsync),
            new CliCommand(
                "release",
                "Pay out what members of the committee signed for; the rest goes back. Anybody may send it.",
                "infernet escrow release first.attestation second.attestation")
                .With(AttestationFiles.Argument, Confirmation.Yes, Spending.DryRun)
                .Runs(ReleaseAsync),
            new CliCommand(
                "refund",
                "Take an escrow back after its time.",
                "infernet escrow refund 9D73eqmsDLur1UgN4mNKUhsDLQBGy1SWxrKRKErFXata")
                .With(Escrow, Confirmation.Yes, Spending.DryRun)
                .Runs(RefundAsync));

    private static Task<int> OpenAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string amount = string.Join(' ', context.Value(Amount));
        return AmountText.FindProblem(amount) is { } problem
            ? throw new UsageException($"{problem}.")
            : Spending.RunAsync(
                context, "v1/payments/escrows",
                dryRun => new EscrowRequest(
                    context.Value(Payee), amount, context.Value(Time)!, context.Value(Job), dryRun),
                PaymentJson.Default.EscrowRequest, PaymentJson.Default.EscrowChange, change => change.Spend,
                change => Show(context, change), cancellationToken);
    }

    private static Task<int> ReleaseAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<AttestationView> files = AttestationFiles.Read(context);
        return Spending.RunAsync(
            context, "v1/payments/escrows/release", dryRun => new AttestedRequest(files, dryRun),
            PaymentJson.Default.AttestedRequest, PaymentJson.Default.EscrowChange, change => change.Spend,
            change => Show(context, change), cancellationToken);
    }

    private static Task<int> RefundAsync(CommandContext context, CancellationToken cancellationToken) => Spending.RunAsync(
        context, "v1/payments/escrows/refund", dryRun => new ContractRequest(context.Value(Escrow), dryRun),
        PaymentJson.Default.ContractRequest, PaymentJson.Default.EscrowChange, change => change.Spend,
        change => Show(context, change), cancellationToken);

    private static Task<int> ListAsync(CommandContext context, CancellationToken cancellationToken) => Listing.RunAsync(
        context, "v1/payments/escrows", PaymentJson.Default.IReadOnlyListEscrowView,
        "There are no escrows. 'infernet escrow open' puts an amount aside.",
        escrows => Write(context.Terminal, escrows), cancellationToken);

    private static void Show(CommandContext context, EscrowChange change)
    {
        if ((change.After ?? change.Before) is { } escrow)
        {
            Write(context.Terminal, [escrow]);
        }
    }

    private static void Write(Terminal terminal, IReadOnlyList<EscrowView> escrows)
    {
        var sheet = new Sheet("ESCROW", "STATE", "ROLE", "OTHER SIDE", ">AMOUNT", "JOB", "UNTIL");
        foreach (EscrowView escrow in escrows)
        {
            sheet.Add(
                SheetCell.Address(escrow.Address),
                escrow.State switch
                {
                    "open" => SheetCell.Good(escrow.State),
                    "expired" => SheetCell.Warning(escrow.State),
                    _ => SheetCell.Dim(escrow.State),
                },
                escrow.Role,
                Fields.Short(escrow.Role == "payer" ? escrow.Payee : escrow.Payer),
                SpendText.Show(escrow.Amount, escrow.Asset),
                SheetCell.Dim(JobOf(escrow)),
                SheetCell.Time(Fields.Time(escrow.Expiry)));
        }

        terminal.Out.Write(sheet.Render(terminal.OutInk, terminal.Width()));
    }

    // Of one that a job of this node pays by, the second half is the job's id, as 'job list' has it.
    private static string JobOf(EscrowView escrow) => escrow is { Promised: not null, Job.Length: > IdDigits }
        ? Units.ShortJob(escrow.Job[IdDigits..])
        : escrow.Job[..Math.Min(12, escrow.Job.Length)];
}
