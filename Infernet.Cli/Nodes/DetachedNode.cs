using System.Diagnostics;
using Infernet.Cli.Commands;
using Infernet.Core.Api;
using Infernet.Daemon.Configuration;

namespace Infernet.Cli.Nodes;

/// <summary>
/// Starts the node as a process of its own, with its log in the home, and waits until it answers or ends.
/// </summary>
internal static class DetachedNode
{
    private const int MaxLogTail = 16 << 10;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    public static async Task<int> StartAsync(
        CommandContext context, NodeConfiguration configuration, TimeSpan timeout, CancellationToken cancellationToken)
    {
        string log = configuration.Home.LogFile;
        long logStart = File.Exists(log) ? new FileInfo(log).Length : 0;
        using Process process = DetachedProcess.Start(log, Arguments(configuration));
        using var deadline = new CancellationTokenSource(timeout, context.Time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            NodeStatus? status = await WaitUntilReadyAsync(context, process, waiting.Token);
            if (status is null)
            {
                ReportEarlyEnd(context, process, log, logStart);
                return process.ExitCode == ExitCode.Done ? ExitCode.Fault : process.ExitCode;
            }

            Report(context, status, log);
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiException(
                "unreachable",
                $"The node (process {process.Id}) did not get ready within {timeout.TotalSeconds:0} s; "
                + $"it goes on trying. Its log is {log}.");
        }
    }

    // The flags that were given, spelled out again; everything else the child reads from the same places.
    private static IEnumerable<string> Arguments(NodeConfiguration configuration)
    {
        string[] command = ["node", "start", DetachedProcess.SessionFlag, "--home", configuration.Home.FullPath];
        return command.Concat(configuration.Values
            .Where(v => v.Origin == SettingOrigin.Flag)
            .SelectMany(v => v.Setting.IsSwitch
                ? [v.Texts[0] == "true" ? v.Setting.Flag! : $"--no-{v.Setting.Flag![2..]}"]
                : v.Texts.SelectMany(text => (string[])[v.Setting.Flag!, text])));
    }

    private static async Task<NodeStatus?> WaitUntilReadyAsync(
        CommandContext context, Process process, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(PollInterval, context.Time);
        do
        {
            if (await context.Api.AnswersAsync(cancellationToken))
            {
                return await context.Api.GetAsync("v1/node", ApiJson.Default.NodeStatus, cancellationToken);
            }
        }
        while (!process.HasExited && await timer.WaitForNextTickAsync(cancellationToken));
        return null;
    }

    private static void ReportEarlyEnd(CommandContext context, Process process, string log, long logStart)
    {
        context.Terminal.Error.WriteLine($"infernet: The node ended before it was ready (exit code {process.ExitCode}).");
        using FileStream file = File.OpenRead(log);
        file.Position = Math.Max(logStart, file.Length - MaxLogTail);
        using var lines = new StreamReader(file);
        while (lines.ReadLine() is { } line)
        {
            context.Terminal.Error.WriteLine($"  {context.Terminal.ErrorInk.Safe(line)}");
        }
    }

    private static void Report(CommandContext context, NodeStatus status, string log)
    {
        if (context.Json)
        {
            context.WriteJson(status, ApiJson.Default.NodeStatus);
            return;
        }

        NodeStatusView.WriteReady(context.Terminal, status);
        context.Terminal.Out.WriteLine($"Its log is {log}; 'infernet node stop' ends it.");
    }
}
