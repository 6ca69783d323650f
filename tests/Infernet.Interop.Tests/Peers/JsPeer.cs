using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Infernet.Core.Identity;
using Infernet.Core.Multiformats;

namespace Infernet.Interop.Tests.Peers;

/// <summary>
/// A js-libp2p node in a process of its own, driven over JSON lines (tests/js/peer.mjs). The process ends when its
/// standard input does, hence also when the test host is killed.
/// </summary>
internal sealed class JsPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly Channel<JsonElement> _events = Channel.CreateUnbounded<JsonElement>();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Task _reading;
    private readonly Task _readingErrors;
    private int _lastId;

    private JsPeer(Process process)
    {
        _process = process;
        _reading = ReadAnswersAsync();
        _readingErrors = ReadErrorsAsync();
    }

    /// <summary>The peer's id.</summary>
    public PeerId Id { get; private set; } = null!;

    /// <summary>Where it listens, with its id at the end; fails for a peer that listens nowhere.</summary>
    public Multiaddr Address => Addresses[0];

    /// <summary>All of its addresses.</summary>
    public IReadOnlyList<Multiaddr> Addresses { get; private set; } = [];

    /// <summary>Starts a peer with the options of lib/node.mjs, and waits until it listens.</summary>
    public static async Task<JsPeer> StartAsync(object? options = null)
    {
        JsInstallation.Require();
        var start = new ProcessStartInfo(JsInstallation.Node)
        {
            WorkingDirectory = JsInstallation.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("peer.mjs");
        start.ArgumentList.Add(JsonSerializer.Serialize(options ?? new { }));
        var peer = new JsPeer(Process.Start(start)!);
        try
        {
            JsonElement ready = await peer.NextEventAsync("ready");
            peer.Id = PeerId.Parse(ready.GetProperty("peer").GetString()!);
            peer.Addresses = [.. ready.GetProperty("addresses").Deserialize<string[]>()!.Select(Multiaddr.Parse)];
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command and waits for its result.</summary>
    /// <exception cref="JsPeerException">The command failed inside the peer.</exception>
    public async Task<JsonElement> CallAsync(string command, object? arguments = null)
    {
        int id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answer;
        JsonObject request = arguments is null ? [] : JsonSerializer.SerializeToNode(arguments)!.AsObject();
        request["id"] = id;
        request["command"] = command;
        await SendAsync(request.ToJsonString());
        return await WaitAsync(answer.Task, $"the answer to '{command}'");
    }

    /// <summary>Runs a command whose result is of a plain type.</summary>
    public async Task<T> CallAsync<T>(string command, object? arguments = null) =>
        (await CallAsync(command, arguments)).Deserialize<T>()!;

    /// <summary>Runs a command about one peer whose result is of a plain type.</summary>
    public Task<T> CallAsync<T>(string command, PeerId peer) => CallAsync<T>(command, new { peer = peer.ToString() });

    /// <summary>The next event of this name; earlier ones of other names are dropped.</summary>
    public Task<JsonElement> NextEventAsync(string name) => WaitAsync(NextAsync(name), $"the event '{name}'");

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

        await Task.WhenAll(_reading, _readingErrors);
        _process.Dispose();
        _writing.Dispose();
    }

    private async Task SendAsync(string line)
    {
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task<JsonElement> NextAsync(string name)
    {
        await foreach (JsonElement said in _events.Reader.ReadAllAsync())
        {
            if (said.GetProperty("event").GetString() == name)
            {
                return said;
            }
        }

        throw new EndOfStreamException($"The JS peer ended before the event '{name}'. {string.Join('\n', _errors)}");
    }

    private async Task<JsonElement> WaitAsync(Task<JsonElement> task, string what)
    {
        try
        {
            return await task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The JS peer did not give {what} in time. {string.Join('\n', _errors)}");
        }
    }

    private async Task ReadAnswersAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            JsonElement said = JsonSerializer.Deserialize<JsonElement>(line);
            if (said.TryGetProperty("event", out _))
            {
                _events.Writer.TryWrite(said);
            }
            else if (_pending.TryRemove(said.GetProperty("id").GetInt32(), out var waiting))
            {
                Complete(waiting, said);
            }
        }

        _events.Writer.TryComplete();
        foreach (TaskCompletionSource<JsonElement> waiting in _pending.Values)
        {
            waiting.TrySetException(new EndOfStreamException($"The JS peer ended. {string.Join('\n', _errors)}"));
        }
    }

    private static void Complete(TaskCompletionSource<JsonElement> waiting, JsonElement said)
    {
        if (said.TryGetProperty("error", out JsonElement error))
        {
            waiting.SetException(new JsPeerException(
                error.GetProperty("name").GetString()!, error.GetProperty("message").GetString()!));
        }
        else
        {
            waiting.SetResult(said.GetProperty("result"));
        }
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _errors.Enqueue(line);
        }
    }
}
