using System.Diagnostics;
using System.Text.Json;

namespace Infernet.Functional.Tests.Swarm;

/// <summary>
/// One daemon, started as its owner would start it, with a home of its own. It can be killed at any moment, and
/// started again on the same home.
/// </summary>
internal sealed class SwarmNode(string home, string? bootstrap, params string[] flags) : IAsyncDisposable
{
    private int _processId;

    public string Home { get; } = home;

    public string PeerId { get; private set; } = "";

    /// <summary>Where others reach it, with its id at the end.</summary>
    public string Address { get; private set; } = "";

    public async Task StartAsync()
    {
        string[] join = bootstrap is null ? [] : ["--bootstrap", bootstrap];
        string listen = Address.Length == 0 ? "/ip4/127.0.0.1/tcp/0" : Address[..Address.IndexOf("/p2p/", StringComparison.Ordinal)];
        CommandResult started = await RunAsync(
            ["node", "start", "--detach", "--json", "--listen", listen, .. join, .. flags]);
        JsonElement status = started.Succeeded().Json;
        PeerId = status.GetProperty("peer_id").GetString()!;
        Address = status.GetProperty("listen_addresses")[0].GetString()!;
        _processId = Processes.WithArgument(Home);
    }

    public Task<CommandResult> RunAsync(params string[] arguments) => InfernetCommand.RunAsync(Home, arguments);

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        using Process process = Process.GetProcessById(_processId);
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("node", "stop");
        // A node that does not stop when asked to must not outlive its test.
        Processes.KillAll(Home);
    }
}
