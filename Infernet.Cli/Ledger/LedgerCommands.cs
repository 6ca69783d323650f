using System.CommandLine;
using System.Runtime.InteropServices;
using Infernet.Cli.Commands;
using Infernet.Core.Api;
using Infernet.Daemon.Payments.Ledgers;

namespace Infernet.Cli.Ledger;

/// <summary><c>infernet ledger …</c>: a Solana of one's own on this machine, for trying what payments do.</summary>
internal static partial class LedgerCommands
{
    private const int SigTerm = 15;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Option<string> State { get; } = new("--state")
    {
        Description = "The folder that it keeps everything in (default: 'ledger' in the home).", HelpName = "DIR",
    };

    public static Command Create() => new CliCommand(
        "ledger",
        "A local Solana ledger for trying payments: the real runtime, on this machine only, with coins of no worth.",
        "infernet ledger start --detach",
        "infernet ledger status")
        .With(
            LedgerStartCommand.Create(),
            new CliCommand(
                "stop",
                "Stop the ledger, and wait until it is gone. What is on it stays.",
                "infernet ledger stop")
                .With(State)
                .Runs(StopAsync),
            new CliCommand(
                "status",
                "Show whether the ledger runs, and its addresses. Exits with 3 if it does not run.",
                "infernet ledger status",
                "infernet ledger status --json | jq -r .program")
                .With(State)
                .Runs(StatusAsync),
            LedgerGiveCommand.Create());

    /// <summary>The ledger's folder by the command line, or that of the home.</summary>
    public static LedgerState StateOf(CommandContext context) =>
        new(context.Value(State) ?? Path.Combine(context.Home.FullPath, "ledger"));

    private static async Task<int> StatusAsync(CommandContext context, CancellationToken cancellationToken)
    {
        LedgerState state = StateOf(context);
        LedgerStatus? status = state.Read();
        if (status?.Http is { } rpc)
        {
            var totals = await LedgerTotals.ReadAsync(rpc, context.Time, cancellationToken);
            status = status with { Transactions = totals.Transactions, Fees = totals.Fees };
        }

        if (context.Json)
        {
            context.WriteJson(
                status ?? new LedgerStatus { Running = false, State = state.Folder }, CliJson.Default.LedgerStatus);
            return status is null ? ExitCode.Unreachable : ExitCode.Done;
        }

        LedgerView.Write(context.Terminal, status ?? state.ReadRunning());
        return ExitCode.Done;
    }

    private static async Task<int> StopAsync(CommandContext context, CancellationToken cancellationToken)
    {
        LedgerState state = StateOf(context);
        // Whoever has the lock wrote the number: it is no other process's by now.
        _ = kill(state.ReadRunning().ProcessId!.Value, SigTerm);
        using var deadline = new CancellationTokenSource(Patience, context.Time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var timer = new PeriodicTimer(PollInterval, context.Time);
            while (state.IsTaken())
            {
                await timer.WaitForNextTickAsync(waiting.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiException("internal", $"The ledger is still stopping after {Patience.TotalSeconds:0} s.");
        }

        context.Terminal.Out.WriteLine(context.Json ? """{"stopped":true}""" : "The ledger has stopped.");
        return ExitCode.Done;
    }

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
