using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Core.Api;

namespace Infernet.Cli.Nodes;

/// <summary><c>infernet node stop</c>: asks the node to stop and waits until its socket is gone.</summary>
internal static class NodeStopCommand
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private static readonly Option<int> Timeout = new("--timeout")
    {
        Description = "How many seconds to wait (default: 60).",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 60,
    };

    public static Command Create() => new CliCommand(
        "stop",
        "Stop the node, and wait until it is gone. Its jobs are journaled and go on when it starts again.",
        "infernet node stop")
        .With(Timeout)
        .Runs(RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await context.Api.PostAsync("v1/node/stop", cancellationToken);
        TimeSpan timeout = TimeSpan.FromSeconds(Math.Max(1, context.Value(Timeout)));
        using var deadline = new CancellationTokenSource(timeout, context.Time);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var timer = new PeriodicTimer(PollInterval, context.Time);
            while (await context.Api.AnswersAsync(waiting.Token))
            {
                await timer.WaitForNextTickAsync(waiting.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiException("internal", $"The node is still stopping after {timeout.TotalSeconds:0} s.");
        }

        context.Terminal.Out.WriteLine(context.Json ? """{"stopped":true}""" : "The node has stopped.");
        return ExitCode.Done;
    }
}
