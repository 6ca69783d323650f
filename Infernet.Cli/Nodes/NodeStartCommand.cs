using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Core.Api;
using Infernet.Daemon.Configuration;

namespace Infernet.Cli.Nodes;

/// <summary><c>infernet node start</c>: runs the daemon here, or in the background.</summary>
internal static class NodeStartCommand
{
    private static readonly Option<bool> Detach = new("--detach", "-d")
    {
        Description = "Start in the background, wait until it is ready, and say how others join.",
    };

    private static readonly Option<int> Timeout = new("--timeout")
    {
        Description = "With --detach: how many seconds to wait until it is ready (default: 60).",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 60,
    };

    // Given by DetachedProcess to the process that it starts.
    private static readonly Option<bool> Session = new(DetachedProcess.SessionFlag) { Hidden = true };

    public static Command Create() => new CliCommand(
        "start",
        "Run the node. Stays in the foreground until Ctrl-C, SIGTERM or 'infernet node stop', unless --detach.",
        "infernet node start",
        "infernet node start --detach",
        "infernet node start --bootstrap /ip4/192.0.2.1/tcp/4001/p2p/12D3KooW…",
        "infernet node start --home /tmp/second --listen /ip4/127.0.0.1/tcp/0 --no-serve")
        .With([Detach, Timeout, Session, .. SettingOptions.Create()])
        .Runs(RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, IReadOnlyList<string>> flags = SettingOptions.Read(context.Parsed);
        NodeConfiguration configuration = NodeConfiguration.Load(context.Home, flags, context.Variable);
        try
        {
            context.Home.Create();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The home {context.Home.FullPath} can't be made: {problem.Message}");
        }

        if (await context.Api.AnswersAsync(cancellationToken))
        {
            throw new ApiException(
                "conflict",
                $"A node already runs at {context.Home.FullPath}. Stop it with 'infernet node stop', "
                + "or start another with --home DIR and --listen ADDR.");
        }

        if (!context.Value(Detach))
        {
            return await ForegroundNode.RunAsync(context, configuration, context.Value(Session), cancellationToken);
        }

        TimeSpan timeout = TimeSpan.FromSeconds(Math.Max(1, context.Value(Timeout)));
        return await DetachedNode.StartAsync(context, configuration, timeout, cancellationToken);
    }
}
