using Infernet.Cli.Commands;
using Infernet.Cli.Logging;
using Infernet.Core.Api;
using Infernet.Daemon.Api;
using Infernet.Daemon.Configuration;
using Infernet.Daemon.Nodes;
using Microsoft.Extensions.Logging;

namespace Infernet.Cli.Nodes;

/// <summary>The process that is the node: logs to standard error, ends by a signal or by the API's stop.</summary>
internal static partial class ForegroundNode
{
    public static async Task<int> RunAsync(
        CommandContext context, NodeConfiguration configuration, bool ownSession, CancellationToken cancellationToken)
    {
        if (ownSession)
        {
            OwnSession.Enter();
        }

        using LineLoggerFactory loggers = CreateLoggers(context, configuration);
        ILogger log = loggers.CreateLogger("Infernet.Node");
        await using Node node = await Node.StartAsync(configuration.ToNodeOptions(), loggers, cancellationToken);
        await using ApiServer api = await ApiServer.StartAsync(
            node, configuration.Home.Socket, new ApiOptions(), loggers, cancellationToken);
        SayReady(context, log, node.Status());
        SystemdNotification.Send(context.Variable, "READY=1");

        await Task.WhenAny(api.StopRequested, Task.Delay(Timeout.Infinite, cancellationToken));
        LogStopping(log);
        SystemdNotification.Send(context.Variable, "STOPPING=1");
        await api.DrainAsync();
        await node.DisposeAsync();
        return ExitCode.Done;
    }

    private static LineLoggerFactory CreateLoggers(CommandContext context, NodeConfiguration configuration)
    {
        LogFormat format = configuration.Get(Settings.LogFormat);
        bool json = format == LogFormat.Json
            || (format == LogFormat.Auto && (context.Json || !context.Terminal.ErrorInk.IsTerminal));
        return new LineLoggerFactory(
            context.Terminal.Error,
            configuration.Get(Settings.LogLevel),
            json ? LogLineFormat.Json : entry => LogLineFormat.Text(entry, context.Terminal.ErrorInk),
            context.Time);
    }

    private static void SayReady(CommandContext context, ILogger log, NodeStatus status)
    {
        LogReady(log, status.PeerId, string.Join(", ", status.ListenAddresses));
        if (context.Terminal.OutInk.IsTerminal && !context.Json)
        {
            NodeStatusView.WriteReady(context.Terminal, status);
        }
    }

    [LoggerMessage(LogLevel.Information, "Node {PeerId} is ready and listens on {Addresses}")]
    private static partial void LogReady(ILogger log, string peerId, string addresses);

    [LoggerMessage(LogLevel.Information, "Node is stopping")]
    private static partial void LogStopping(ILogger log);
}
