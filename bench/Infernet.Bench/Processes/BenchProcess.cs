using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Infernet.Bench.Processes;

/// <summary>
/// Another process that a benchmark drives by JSON lines, one command at a time: this program as a server, or Node with
/// one of bench/js's scripts. It ends when its standard input does, hence also when this program is killed.
/// </summary>
internal sealed class BenchProcess : IAsyncDisposable
{
    private readonly Process _process;
    private int _lastId;

    private BenchProcess(Process process) => _process = process;

    /// <summary>What the process said when it was ready.</summary>
    public JsonElement Ready { get; private set; }

    /// <summary>Starts this program as <c>serve NAME</c>.</summary>
    public static Task<BenchProcess> StartSelfAsync(CancellationToken cancellationToken, params string[] arguments) =>
        StartAsync(Environment.ProcessPath!, ["serve", .. arguments], cancellationToken);

    /// <summary>Starts Node with a script, named from the repository's root.</summary>
    public static Task<BenchProcess> StartNodeAsync(
        string script, CancellationToken cancellationToken, params string[] arguments) =>
        StartAsync(
            Repository.Node, ["--expose-gc", Path.Combine(Repository.Root, script), .. arguments], cancellationToken);

    /// <summary>Runs a command and waits for its result.</summary>
    public async Task<JsonElement> CallAsync(
        string command, object? arguments, CancellationToken cancellationToken)
    {
        JsonObject request = arguments is null ? [] : JsonSerializer.SerializeToNode(arguments)!.AsObject();
        int id = ++_lastId;
        request["id"] = id;
        request["command"] = command;
        await _process.StandardInput.WriteLineAsync(request.ToJsonString().AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        while (true)
        {
            JsonElement said = await ReadAsync(cancellationToken);
            if (said.TryGetProperty("id", out JsonElement answered) && answered.GetInt32() == id)
            {
                return said.TryGetProperty("error", out JsonElement error)
                    ? throw new InvalidOperationException($"'{command}' failed: {error}")
                    : said.GetProperty("result");
            }
        }
    }

    /// <summary>Runs a command whose result is of a plain type.</summary>
    public async Task<T> CallAsync<T>(string command, object? arguments, CancellationToken cancellationToken) =>
        (await CallAsync(command, arguments, cancellationToken)).Deserialize<T>(JsonSerializerOptions.Web)!;

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static async Task<BenchProcess> StartAsync(
        string program, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = new BenchProcess(Process.Start(start)!);
        try
        {
            process.Ready = await process.ReadAsync(cancellationToken);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private async Task<JsonElement> ReadAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line
            ? JsonSerializer.Deserialize<JsonElement>(line)
            : throw new EndOfStreamException("The benchmark's other process ended; its last words are above.");
}
