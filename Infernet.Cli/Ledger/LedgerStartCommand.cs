using System.CommandLine;
using System.Diagnostics;
using Infernet.Cli.Commands;
using Infernet.Cli.Nodes;
using Infernet.Core.Api;
using Infernet.Daemon.Payments.Ledgers;

namespace Infernet.Cli.Ledger;

/// <summary><c>infernet ledger start</c>: runs the local ledger here, or in the background.</summary>
internal static class LedgerStartCommand
{
    private const int UsualPort = 8899;
    private const int UsualSlotTime = 400;
    private const int LeastSlotTime = 50;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly Option<bool> Detach = new("--detach", "-d")
    {
        Description = "Start in the background, and wait until it is ready.",
    };

    private static readonly Option<int> Port = new("--port")
    {
        Description = $"Where it listens on loopback; 0 takes any free port (default: {UsualPort}).",
        HelpName = "N",
        DefaultValueFactory = _ => UsualPort,
    };

    private static readonly Option<int> SlotTime = new("--slot-time")
    {
        Description = $"Milliseconds from slot to slot, {LeastSlotTime} to {UsualSlotTime}; a channel can't close before 150 of "
            + $"them have passed (default: {UsualSlotTime}, as on Solana).",
        HelpName = "MS",
        DefaultValueFactory = _ => UsualSlotTime,
    };

    private static readonly Option<string?> Committee = new("--committee")
    {
        Description = "Who releases escrows and slashes stakes: up to 10 addresses or peer ids, with commas between them "
            + "(default: three keys in the ledger's folder).",
        HelpName = "KEY,KEY…",
    };

    private static readonly Option<int?> Threshold = new("--threshold")
    {
        Description = "How many of the committee must sign, at most 5 (default: the majority).", HelpName = "N",
    };

    // Given by DetachedProcess to the process that it starts.
    private static readonly Option<bool> Session = new(DetachedProcess.SessionFlag) { Hidden = true };

    public static Command Create() => new CliCommand(
        "start",
        "Run the ledger: the real Solana runtime with the settlement program on it. What happens on it is kept. Stays in "
        + "the foreground until Ctrl-C, SIGTERM or 'infernet ledger stop', unless --detach.",
        "infernet ledger start",
        "infernet ledger start --detach",
        "infernet ledger start --committee 12D3KooW…,12D3KooW…,12D3KooW… --detach",
        "infernet ledger start --port 0 --state /tmp/ledger --detach --json")
        .With(Detach, Port, SlotTime, Committee, Threshold, LedgerCommands.State, Session)
        .Runs(RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        int port = context.Value(Port);
        if (port is < 0 or > ushort.MaxValue)
        {
            throw new UsageException($"--port must be from 0 to {ushort.MaxValue}, is {port}.");
        }

        int slotTime = context.Value(SlotTime);
        if (slotTime is < LeastSlotTime or > UsualSlotTime)
        {
            throw new UsageException($"--slot-time must be from {LeastSlotTime} to {UsualSlotTime}, is {slotTime}.");
        }

        LedgerCommittee? committee = CommitteeOf(context);
        LedgerState state = LedgerCommands.StateOf(context);
        context.Home.Create();
        state.Create();
        var files = LedgerFiles.Find();
        string node = await LedgerNodeJs.PrepareAsync(files, context.Terminal, cancellationToken);
        return context.Value(Detach)
            ? await StartDetachedAsync(context, state, cancellationToken)
            : await StayAsync(context, state, files, node, committee, cancellationToken);
    }

    private static LedgerCommittee? CommitteeOf(CommandContext context)
    {
        if (context.Value(Committee) is not { } keys)
        {
            return context.Value(Threshold) is null
                ? null : throw new UsageException("--threshold is of the keys that --committee names; name them.");
        }

        try
        {
            return LedgerCommittee.Read(
                keys.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                context.Value(Threshold));
        }
        catch (ApiException wrong)
        {
            throw new UsageException($"--committee: {wrong.Error.Message}");
        }
    }

    private static async Task<int> StayAsync(
        CommandContext context, LedgerState state, LedgerFiles files, string node, LedgerCommittee? committee,
        CancellationToken cancellationToken)
    {
        if (context.Value(Session))
        {
            OwnSession.Enter();
        }

        using IDisposable held = state.Take();
        (LedgerProcess process, LedgerReady ready) = await LedgerProcess.StartAsync(
            files, node, state.Folder, context.Value(Port), context.Value(SlotTime), context.Time, cancellationToken);
        await using (process)
        {
            LedgerFacts facts = await LedgerSetup.PrepareAsync(
                ready, state.Folder, committee, context.Time, cancellationToken);
            var status = LedgerStatus.Of(state.Folder, ready, facts);
            state.Write(status);
            if (!context.Value(Session))
            {
                Report(context, status, "Ctrl-C ends it; what is on it stays.");
                context.Terminal.Out.Flush();
            }

            try
            {
                await process.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Ctrl-C, or 'ledger stop'.
            }
        }

        return ExitCode.Done;
    }

    private static async Task<int> StartDetachedAsync(
        CommandContext context, LedgerState state, CancellationToken cancellationToken)
    {
        state.Take().Dispose();
        using Process process = DetachedProcess.Start(
            state.Log,
            [
                "ledger", "start", DetachedProcess.SessionFlag, "--port", $"{context.Value(Port)}",
                "--slot-time", $"{context.Value(SlotTime)}", "--state", state.Folder,
                .. context.Value(Committee) is { } keys ? new[] { "--committee", keys } : [],
                .. context.Value(Threshold) is { } needed ? new[] { "--threshold", $"{needed}" } : [],
            ]);
        using var deadline = new CancellationTokenSource(Patience, context.Time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        using var timer = new PeriodicTimer(PollInterval, context.Time);
        do
        {
            if (state.Read() is { } status)
            {
                Report(context, status, "It runs in the background; 'infernet ledger stop' ends it.");
                return ExitCode.Done;
            }
        }
        while (!process.HasExited && await timer.WaitForNextTickAsync(waiting.Token));
        throw new ApiException("internal", $"The ledger did not start: {LastLine(state.Log)}");
    }

    private static void Report(CommandContext context, LedgerStatus status, string howItEnds)
    {
        if (context.Json)
        {
            context.WriteJson(status, CliJson.Default.LedgerStatus);
            return;
        }

        context.Terminal.Out.WriteLine($"The local ledger is ready. {howItEnds}");
        LedgerView.Write(context.Terminal, status);
        LedgerView.WriteNext(context.Terminal, status);
    }

    private static string LastLine(string log) =>
        File.ReadLines(log).LastOrDefault(l => l.Length > 0)?.Replace("infernet: ", "", StringComparison.Ordinal)
        ?? $"see {log}";
}
