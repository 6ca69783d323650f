using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Infernet.Cli.Channels;
using Infernet.Cli.Completion;
using Infernet.Cli.Config;
using Infernet.Cli.Doctor;
using Infernet.Cli.Earnings;
using Infernet.Cli.Escrows;
using Infernet.Cli.Evidence;
using Infernet.Cli.Jobs;
using Infernet.Cli.Leases;
using Infernet.Cli.Ledger;
using Infernet.Cli.Models;
using Infernet.Cli.Nodes;
using Infernet.Cli.Peers;
using Infernet.Cli.Prices;
using Infernet.Cli.Reputation;
using Infernet.Cli.Stakes;
using Infernet.Cli.Wallets;

namespace Infernet.Cli.Commands;

/// <summary>The whole tree of commands, and running one of them.</summary>
internal static class CommandLine
{
    public static RootCommand Create()
    {
        var root = new RootCommand("Run inference on a swarm of other people's machines, or let them run it on yours.")
        {
            NodeCommands.Create(),
            ModelCommands.Create(),
            JobCommands.Create(),
            PeerCommands.Create(),
            ReputationCommands.Create(),
            EvidenceCommands.Create(),
            WalletCommands.Create(),
            ChannelCommands.Create(),
            EarningsCommands.Create(),
            PriceCommands.Create(),
            StakeCommands.Create(),
            LeaseCommands.Create(),
            EscrowCommands.Create(),
            LedgerCommands.Create(),
            ConfigCommands.Create(),
            DoctorCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Add(GlobalOptions.Home);
        root.Add(GlobalOptions.Json);
        root.Options.OfType<HelpOption>().Single().Action = new ExamplesHelpAction();
        return root;
    }

    public static async Task<int> RunAsync(string[] arguments)
    {
        // Without a command the help is the answer.
        ParseResult parsed = Create().Parse(arguments.Length == 0 ? ["--help"] : arguments);
        if (parsed.Action is ParseErrorAction)
        {
            return ReportParseErrors(parsed);
        }

        using var cancelled = new CancellationTokenSource();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(configuration, cancelled.Token);

        // The second signal gets the system's own treatment: the process ends.
        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = !cancelled.IsCancellationRequested;
            cancelled.Cancel();
        }
    }

    private static int ReportParseErrors(ParseResult parsed)
    {
        string[] errors = [.. parsed.Errors.Select(e => e.Message)];
        string corrections = Corrections(parsed, errors);
        // "Required command was not provided" only repeats what a better message says already.
        IEnumerable<string> lines = corrections.Length > 0
            ? [corrections]
            : errors.Where((message, at) => at > 0 || errors.Length == 1 || parsed.UnmatchedTokens.Count == 0);
        foreach (string line in lines)
        {
            Console.Error.WriteLine($"infernet: {line}");
        }

        Console.Error.WriteLine($"See '{Path(parsed.CommandResult.Command)} --help'.");
        return ExitCode.Usage;
    }

    // What the parser's own report says beyond the errors: which command was perhaps meant.
    private static string Corrections(ParseResult parsed, string[] errors)
    {
        var report = new StringWriter();
        ((ParseErrorAction)parsed.Action!).ShowHelp = false;
        parsed.Invoke(new InvocationConfiguration { Error = report, Output = report });
        return string.Join(' ', report.ToString()
            .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Except(errors));
    }

    private static string Path(Command command)
    {
        Command? parent = command.Parents.OfType<Command>().FirstOrDefault();
        return parent is null ? "infernet" : $"{Path(parent)} {command.Name}";
    }
}
