using System.CommandLine;
using System.Globalization;
using Infernet.Cli.Commands;
using Infernet.Daemon.Payments.Ledgers;

namespace Infernet.Cli.Ledger;

/// <summary><c>infernet ledger give</c>: the local ledger's token for trying, for any wallet.</summary>
internal static class LedgerGiveCommand
{
    private const int Decimals = 6;

    private static readonly Argument<string> Wallet = new("ADDRESS") { Description = "A wallet's address." };

    private static readonly Argument<string> Amount = new("TOKENS") { Description = "How many, such as 250 or 0.5." };

    public static Command Create() => new CliCommand(
        "give",
        "Give a wallet some of the ledger's token for trying (lamports come from 'infernet wallet airdrop').",
        "infernet ledger give 4dJkJH7sPwfQ3q7u8LR4yHa33MAATvj9dZ8yZg3zZgPC 1000")
        .With(Wallet, Amount, LedgerCommands.State)
        .Runs(RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        ulong amount = Read(context.Value(Amount));
        LedgerState state = LedgerCommands.StateOf(context);
        LedgerStatus status = state.ReadRunning();
        await LedgerMint.GiveAsync(
            status.Http!, state.Folder, context.Value(Wallet), amount, context.Time, cancellationToken);
        context.Terminal.Out.WriteLine(context.Json
            ? $$"""{"mint":"{{status.Mint}}","address":"{{context.Value(Wallet)}}","amount":{{amount}}}"""
            : $"{context.Value(Wallet)} got {context.Value(Amount)} of the token {status.Mint}.");
        return ExitCode.Done;
    }

    private static ulong Read(string text)
    {
        bool isNumber = decimal.TryParse(
            text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal tokens);
        decimal smallest = isNumber && tokens <= 1_000_000_000 ? tokens * 1_000_000 : -1;
        return smallest > 0 && smallest == decimal.Truncate(smallest)
            ? (ulong)smallest
            : throw new UsageException(
                $"'{text}' is not an amount of the token: a number above 0, at most 1000000000, with {Decimals} decimals at most.");
    }
}
