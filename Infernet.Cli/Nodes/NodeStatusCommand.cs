using System.CommandLine;
using Infernet.Cli.Commands;
using Infernet.Core.Api;

namespace Infernet.Cli.Nodes;

/// <summary><c>infernet node status</c>.</summary>
internal static class NodeStatusCommand
{
    public static Command Create() => new CliCommand(
        "status",
        "Show how the node is, what of it does not work, and how others join it.",
        "infernet node status",
        "infernet node status --json | jq -r .peer_id")
        .Runs(RunAsync);

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        NodeStatus status = await context.Api.GetAsync("v1/node", ApiJson.Default.NodeStatus, cancellationToken);
        if (context.Json)
        {
            context.WriteJson(status, ApiJson.Default.NodeStatus);
        }
        else
        {
            NodeStatusView.Write(context.Terminal, status, context.Home.FullPath, context.Time.GetUtcNow());
        }

        return ExitCode.Done;
    }
}
