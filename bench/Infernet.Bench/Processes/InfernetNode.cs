using System.Diagnostics;

namespace Infernet.Bench.Processes;

/// <summary>A node in the background with a home of its own, which goes away with it.</summary>
internal sealed class InfernetNode : IAsyncDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("infernet-bench-").FullName;

    /// <summary>Starts the node and waits until it is ready; how long that took.</summary>
    public Task<TimeSpan> StartAsync(CancellationToken token) =>
        RunAsync(token, "node", "start", "--detach", "--json", "--listen", "/ip4/127.0.0.1/tcp/0");

    /// <summary>
    /// Starts the node in the foreground, waits for the log line that says that it is ready, and stops it; how long it
    /// took to that line.
    /// </summary>
    public async Task<TimeSpan> StartInForegroundAsync(CancellationToken token)
    {
        long began = Stopwatch.GetTimestamp();
        using Process process =
            InfernetCommand.Start("--home", _home, "node", "start", "--listen", "/ip4/127.0.0.1/tcp/0");
        string line;
        do
        {
            line = await process.StandardError.ReadLineAsync(token)
                ?? throw new InvalidOperationException("The node ended before it was ready.");
        }
        while (!line.Contains(" is ready ", StringComparison.Ordinal));
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        await StopAsync(token);
        await process.WaitForExitAsync(token);
        return took;
    }

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
