using System.CommandLine;
using Infernet.Cli.Commands;

namespace Infernet.Cli.Nodes;

/// <summary><c>infernet node …</c>: the daemon on this machine.</summary>
internal static class NodeCommands
{
    public static Command Create() => new CliCommand("node", "Start, stop and look at the node on this machine.").With(
        NodeStartCommand.Create(),
        NodeStatusCommand.Create(),
        NodeIdCommand.Create(),
        NodeStopCommand.Create());
}
