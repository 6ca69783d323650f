using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Cli.Config;
using Infernet.Cli.Payments;
using Infernet.Core.Api;
using Infernet.Core.Payments;
using Infernet.Daemon.Configuration;
using Infernet.Daemon.Payments.Wallets;

namespace Infernet.Cli.Wallets;

/// <summary><c>infernet wallet …</c>: the key that pays and is paid. Needs no running node.</summary>
internal static class WalletCommands
{
    private const int MaxKeyFile = 4096;

    private static readonly Option<bool> Seal = new("--seal")
    {
        Description = "Seal the file by a passphrase; it is asked for, or read from standard input.",
    };

    private static readonly Argument<string> Source = new("FILE")
    {
        Description = "A key of the Solana CLI: a JSON array of 64 numbers; - is standard input.",
    };

    private static readonly Argument<string?> Account = new("ADDRESS")
    {
        Description = "Somebody else's address.", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string[]> Lamports = AmountArgument.Create("How much, such as 10 SOL.");

    public static Command Create() => new CliCommand(
        "wallet",
        "The key that pays for jobs and is paid for work: wallet.json in the home.",
        "infernet wallet create",
        "infernet wallet balance")
        .With(
            new CliCommand(
                "create",
                "Make a new key. A wallet that is there already is never overwritten.",
                "infernet wallet create",
                "infernet wallet create --seal")
                .With(Seal)
                .Runs((context, _) => Task.FromResult(Make(context))),
            new CliCommand(
                "import",
                "Take over a key of the Solana CLI; the file that it comes from stays as it is.",
                "infernet wallet import ~/.config/solana/id.json",
                "infernet wallet import - --json")
                .With(Source, Seal)
                .Runs((context, _) => Task.FromResult(Import(context))),
            new CliCommand(
                "show",
                "Show the wallet's address and where its key is; the key itself is never shown.",
                "infernet wallet show",
                "infernet wallet show --json")
                .Runs((context, _) => Task.FromResult(Show(context))),
            new CliCommand(
                "balance",
                "Show what the wallet, or another address, has on the cluster of rpc_urls.",
                "infernet wallet balance",
                "infernet wallet balance 4dJkJH7sPwfQ3q7u8LR4yHa33MAATvj9dZ8yZg3zZgPC --json")
                .With(Account)
                .Runs(BalanceAsync),
            new CliCommand(
                "airdrop",
                "Ask a test cluster, such as the local ledger, for coins.",
                "infernet wallet airdrop 10 SOL")
                .With(Lamports)
                .Runs(AirdropAsync));

    private static int Make(CommandContext context)
    {
        context.Home.Create();
        string path = context.Home.WalletFile;
        RequireNone(path);
        WalletView wallet = WalletStore.Create(path, Passphrase(context));
        Report(context, wallet, "Made the wallet");
        return ExitCode.Done;
    }

    private static int Import(CommandContext context)
    {
        string source = context.Value(Source);
        string json = source == "-" ? ReadInput(context) : ReadFile(source);
        context.Home.Create();
        RequireNone(context.Home.WalletFile);
        WalletView wallet = WalletStore.Import(context.Home.WalletFile, json, Passphrase(context));
        Report(context, wallet, "Took over the wallet");
        return ExitCode.Done;
    }

    private static int Show(CommandContext context)
    {
        WalletView wallet = Open(context);
        if (context.Json)
        {
            context.WriteJson(wallet, PaymentJson.Default.WalletView);
            return ExitCode.Done;
        }

        context.Terminal.Out.WriteLine($"address  {context.Terminal.OutInk.Bold(wallet.Address)}");
        context.Terminal.Out.WriteLine($"file     {wallet.File}{(wallet.Sealed ? " (sealed)" : "")}");
        return ExitCode.Done;
    }

    private static async Task<int> BalanceAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var chain = WalletChain.Open(context.Configuration(), context.Time);
        string address = context.Parsed.GetValue(Account) ?? Open(context).Address;
        Report(context, await chain.BalanceAsync(address, cancellationToken));
        return ExitCode.Done;
    }

    private static async Task<int> AirdropAsync(CommandContext context, CancellationToken cancellationToken)
    {
        ulong lamports = AmountArgument.Read(context.Value(Lamports), Asset.Sol);
        await using var chain = WalletChain.Open(context.Configuration(), context.Time);
        Report(context, await chain.AirdropAsync(Open(context).Address, lamports, cancellationToken));
        return ExitCode.Done;
    }

    private static WalletView Open(CommandContext context) => WalletStore.Open(
        context.Home.WalletFile, context.Configuration().Get(PaymentSettings.WalletPassphrase));

    private static void Report(CommandContext context, WalletView wallet, string what)
    {
        if (context.Json)
        {
            context.WriteJson(wallet, PaymentJson.Default.WalletView);
            return;
        }

        context.Terminal.Out.WriteLine($"{what} {context.Terminal.OutInk.Bold(wallet.Address)}");
        context.Terminal.Error.WriteLine(
            $"Its key is {wallet.File}. Keep a copy where nobody else gets at it: who has it has the money, and without it "
            + "the money is lost.");
        if (wallet.Sealed)
        {
            context.Terminal.Error.WriteLine(
                "The node needs its passphrase: INFERNET_WALLET_PASSPHRASE, or 'infernet config set wallet_passphrase'.");
        }
    }

    private static void Report(CommandContext context, WalletBalance balance)
    {
        if (context.Json)
        {
            context.WriteJson(balance, PaymentJson.Default.WalletBalance);
            return;
        }

        context.Terminal.Out.WriteLine($"address  {balance.Address}");
        context.Terminal.Out.WriteLine($"balance  {context.Terminal.OutInk.Bold(Asset.Sol.Show(balance.Lamports))}");
        if (balance.Mint is { } mint)
        {
            context.Terminal.Out.WriteLine(
                $"         {context.Terminal.OutInk.Bold(AmountText.Number(balance.Amount, balance.Decimals))} of {mint}");
        }
    }

    // Said before a passphrase is asked for in vain.
    private static void RequireNone(string path)
    {
        if (File.Exists(path))
        {
            throw new ApiException(
                "conflict",
                $"There is a wallet at {path} already, and a wallet is never overwritten. 'infernet wallet show' shows its "
                + "address.");
        }
    }

    private static string? Passphrase(CommandContext context) =>
        context.Value(Seal) ? SecretPrompt.Read(context.Terminal, "passphrase") : null;

    private static string ReadInput(CommandContext context)
    {
        if (context.Value(Seal))
        {
            throw new UsageException("--seal reads the passphrase from standard input; give the key as a file.");
        }

        using var input = new StreamReader(context.Terminal.OpenInput());
        char[] text = new char[MaxKeyFile];
        return new string(text, 0, input.ReadBlock(text));
    }

    private static string ReadFile(string path)
    {
        try
        {
            var file = new FileInfo(path);
            return !file.Exists ? throw new UsageException($"There is no file {path}.")
                : file.Length > MaxKeyFile
                    ? throw new UsageException($"{path} has {file.Length} bytes; a key of the Solana CLI has about 230.")
                : File.ReadAllText(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} can't be read: {problem.Message}");
        }
    }
}
