using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Infernet.Functional.Tests.Swarm;

/// <summary>
/// A provider of its own process that looks like the others and is not honest, or not as quick. It serves the swarm's
/// model from when it was started until it is disposed.
/// </summary>
internal sealed class CheatingNode : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly string _home;

    private CheatingNode(Process process, string home) => (_process, _home) = (process, home);

    public string PeerId { get; private set; } = "";

    /// <summary>Starts it, lets it join, and waits until it serves the model.</summary>
    public static Task<CheatingNode> JoinAsync(TestSwarm swarm, string cheat, params string[] arguments) =>
        JoinAtAsync(swarm, NewHome(swarm, cheat), cheat, arguments);

    /// <summary>The same in a home of the caller's choice, which may be prepared.</summary>
    public static async Task<CheatingNode> JoinAtAsync(
        TestSwarm swarm, string home, string cheat, params string[] arguments)
    {
        CheatingNode node = await StartAsync(swarm, home, cheat, ["--model", Repository.Model, .. arguments]);
        try
        {
            (await node.RunAsync("model", "pull", swarm.Model, "--alias", "wordnet")).Succeeded();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts an honest one that serves nothing, and tests auditors after such a share of its hearings.</summary>
    public static Task<CheatingNode> WatchAsync(TestSwarm swarm, double canaryRate) =>
        WatchAtAsync(swarm, NewHome(swarm, "watchful"), canaryRate);

    /// <summary>The same in a home of the caller's choice, which may be prepared.</summary>
    public static Task<CheatingNode> WatchAtAsync(TestSwarm swarm, string home, double canaryRate) => StartAsync(
        swarm, home, "watchful", ["--serve", "false", "--canary-rate", canaryRate.ToString(CultureInfo.InvariantCulture)]);

    public Task<CommandResult> RunAsync(params string[] arguments) => InfernetCommand.RunAsync(_home, arguments);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync().WaitAsync(Limit);
        }

        _process.Dispose();
    }

    private static string NewHome(TestSwarm swarm, string cheat) =>
        Path.Combine(swarm.Folder, $"{cheat}-{Guid.NewGuid():N}"[..24]);

    private static async Task<CheatingNode> StartAsync(TestSwarm swarm, string home, string cheat, string[] arguments)
    {
        var start = new ProcessStartInfo(
            Repository.Cheater,
            [
                "--cheat", cheat, "--home", home, "--threads", "1", "--listen", "/ip4/127.0.0.1/tcp/0",
                "--bootstrap", swarm.Submitter.Address, .. arguments,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var node = new CheatingNode(Process.Start(start)!, home);
        try
        {
            await node.BecomeReadyAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    private async Task BecomeReadyAsync()
    {
        // What it logs is of no interest unless it fails, but the pipe must not fill up.
        Task<string> log = _process.StandardError.ReadToEndAsync();
        string? ready = await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        Assert.That(ready, Is.Not.Null, () => $"the cheater ended before it was ready: {log.Result}");
        PeerId = JsonDocument.Parse(ready!).RootElement.GetProperty("peer_id").GetString()!;
    }
}
