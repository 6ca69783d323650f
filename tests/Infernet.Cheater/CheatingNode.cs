using System.Text.Json;
using Infernet.Cheater.Cheats;
using Infernet.Core.Api;
using Infernet.Daemon.Api;
using Infernet.Daemon.Jobs.Providing;
using Infernet.Daemon.Nodes;
using Microsoft.Extensions.Logging;

namespace Infernet.Cheater;

/// <summary>Hosts a node whose conduct is a cheat's.</summary>
internal static class CheatingNode
{
    /// <summary>Runs until it is asked to stop.</summary>
    public static async Task RunAsync(CheaterArguments arguments, CancellationToken cancellationToken)
    {
        arguments.Configuration.Home.Create();
        using ILoggerFactory loggers = LoggerFactory.Create(build => build.AddConsole(
            console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        await using Cheat cheat = arguments.Cheat;
        var ground = new CheatGround(arguments);
        ground.ChooseLibrary();
        await cheat.PrepareAsync(ground, cancellationToken);
        NodeOptions options = arguments.Configuration.ToNodeOptions() with { Conduct = ConductOf(cheat, arguments.Share) };
        options = arguments.CanaryRate is { } rate
            ? options with { Court = options.Court with { CanaryRate = rate } }
            : options;
        await using Node node = await Node.StartAsync(options, loggers, cancellationToken);
        await using ApiServer api = await ApiServer.StartAsync(
            node, arguments.Configuration.Home.Socket, new ApiOptions(), loggers, cancellationToken);
        ground.Node.SetResult(node);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(node.Status(), ApiJson.Default.NodeStatus));

        var stopped = new TaskCompletionSource();
        await using (cancellationToken.UnsafeRegister(_ => stopped.TrySetResult(), null))
        {
            await Task.WhenAny(api.StopRequested, stopped.Task);
        }

        await api.DrainAsync();
        await node.DisposeAsync();
    }

    private static ProviderConduct ConductOf(Cheat cheat, double share)
    {
        var moods = new Moods(share);
        return new ProviderConduct
        {
            Serve = (served, engine) =>
            {
                var honest = new HonestProvider(engine, served.Answer);
                return served with
                {
                    Answer = (item, sampling, cancelled) => moods.CheatsOn(item.Index)
                        ? cheat.AnswerAsync(item, sampling, honest, cancelled)
                        : served.Answer(item, sampling, cancelled),
                };
            },
            Judge = honest => (request, cancelled) => cheat.JudgeAsync(request, honest, cancelled),
            Seal = cheat.Seal,
        };
    }
}
