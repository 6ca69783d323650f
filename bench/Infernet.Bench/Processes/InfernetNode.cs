namespace Infernet.Bench.Processes;

/// <summary>A node in the background with a home of its own, which goes away with it.</summary>
internal sealed class InfernetNode : IAsyncDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("infernet-bench-").FullName;

    /// <summary>Starts the node and waits until it is ready; how long that took.</summary>
    public Task<TimeSpan> StartAsync(CancellationToken token) =>
        RunAsync(token, "node", "start", "--detach", "--json", "--listen", "/ip4/127.0.0.1/tcp/0");

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

    private Task<TimeSpan> RunAsync(CancellationToken token, params string[] arguments) =>
        InfernetCommand.RunAsync(token, ["--home", _home, .. arguments]);
}
