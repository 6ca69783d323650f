using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Cli.Payments;
using Infernet.Core.Api;
using Infernet.Core.Payments;

namespace Infernet.Cli.Stakes;

/// <summary><c>infernet stake …</c>: what this node puts at risk, and what the committee takes of whoever cheats.</summary>
internal static class StakeCommands
{
    private static readonly Argument<string[]> Amount = AmountArgument.Create("How much, such as 100 SOL.");

    private static readonly Argument<string[]> Withdrawn = new("AMOUNT")
    {
        Description = "How much begins to cool down; without it, what has cooled down comes back to the wallet.",
        Arity = new ArgumentArity(0, 2),
    };

    private static readonly Argument<string?> Owner = new("WALLET")
    {
        Description = "Whose stake (default: this node's).", Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create() => new CliCommand(
        "stake",
        "Money that a node puts at risk: it widens what the node may hold in flight, and is lost to whoever cheats.",
        "infernet stake add 100 SOL",
        "infernet stake status")
        .With(
            new CliCommand(
                "add",
                "Register this node with a stake, or add to it.",
                "infernet stake add 100 SOL",
                "infernet stake add 100 SOL --yes --json")
                .With(Amount, Confirmation.Yes, Spending.DryRun)
                .Runs((context, token) => ChangeAsync(context, "add", context.Value(Amount), token)),
            new CliCommand(
                "withdraw",
                "Begin the cool-down of an amount, during which it can still be slashed; later, without an amount, take it back.",
                "infernet stake withdraw 50 SOL",
                "infernet stake withdraw")
                .With(Withdrawn, Confirmation.Yes, Spending.DryRun)
                .Runs((context, token) => ChangeAsync(context, "withdraw", context.Value(Withdrawn), token)),
            new CliCommand(
                "status",
                "Show a stake: what counts, what cools down, what was slashed, and the tiers.",
                "infernet stake status",
                "infernet stake status 4dJkJH7sPwfQ3q7u8LR4yHa33MAATvj9dZ8yZg3zZgPC --json")
                .With(Owner)
                .Runs(StatusAsync),
            new CliCommand(
                "slash",
                "Take from a stake what members of the committee signed for ('infernet evidence attest'). Anybody may send it.",
                "infernet stake slash first.attestation second.attestation --yes")
                .With(AttestationFiles.Argument, Confirmation.Yes, Spending.DryRun)
                .Runs(SlashAsync));

    private static Task<int> ChangeAsync(
        CommandContext context, string what, string[] words, CancellationToken cancellationToken)
    {
        string? amount = words.Length == 0 ? null : string.Join(' ', words);
        if (amount is not null && AmountText.FindProblem(amount) is { } problem)
        {
            throw new UsageException($"{problem}.");
        }

        return Spending.RunAsync(
            context, $"v1/payments/stake/{what}", dryRun => new StakeRequest(amount, dryRun),
            PaymentJson.Default.StakeRequest, PaymentJson.Default.StakeChange, change => change.Spend,
            change => StakeViews.Write(context.Terminal, change.After ?? change.Before), cancellationToken);
    }

    private static Task<int> SlashAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<AttestationView> files = AttestationFiles.Read(context);
        return Spending.RunAsync(
            context, "v1/payments/stake/slash", dryRun => new AttestedRequest(files, dryRun),
            PaymentJson.Default.AttestedRequest, PaymentJson.Default.StakeChange, change => change.Spend,
            change => StakeViews.Write(context.Terminal, change.After ?? change.Before), cancellationToken);
    }

    private static async Task<int> StatusAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string path = context.Parsed.GetValue(Owner) is { } owner
            ? $"v1/payments/stake?owner={Uri.EscapeDataString(owner)}"
            : "v1/payments/stake";
        StakeView stake = await context.Api.GetAsync(path, PaymentJson.Default.StakeView, cancellationToken);
        if (context.Json)
        {
            context.WriteJson(stake, PaymentJson.Default.StakeView);
        }
        else
        {
            StakeViews.Write(context.Terminal, stake);
        }

        return ExitCode.Done;
    }
}
