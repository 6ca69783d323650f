using System.Text.Json;

namespace Infernet.Bench.Processes;

/// <summary>A node in the background with a home of its own, which goes away with it.</summary>
internal sealed class InfernetNode : IAsyncDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("infernet-bench-").FullName;

    /// <summary>How others join it; empty before it was started.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Starts the node and waits until it is ready; how long that took.</summary>
    public async Task<TimeSpan> StartAsync(CancellationToken token, params string[] options)
    {
        (string output, TimeSpan took) = await InfernetCommand.RunAsync(
            token, ["--home", _home, "node", "start", "--detach", "--json", "--listen", "/ip4/127.0.0.1/tcp/0", .. options]);
        JsonElement status = JsonSerializer.Deserialize<JsonElement>(output);
        Address = status.GetProperty("listen_addresses")[0].GetString()!;
        return took;
    }

    /// <summary>Runs a command against the node.</summary>
    public async Task<string> RunAsync(CancellationToken token, params string[] arguments) =>
        (await InfernetCommand.RunAsync(token, ["--home", _home, .. arguments])).Output;

    public Task StopAsync(CancellationToken token) => RunAsync(token, "node", "stop");

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync(CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            // It has stopped already.
        }

        Directory.Delete(_home, recursive: true);
    }
}
