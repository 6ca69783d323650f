using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Infernet.Solana.Keys;
using Infernet.Solana.Rpc;
using Infernet.Solana.Tests.Node;

namespace Infernet.Solana.Tests.Chain;

/// <summary>
/// The local ledger with the settlement program on it, in a process of its own unless it is shared; its clock is ours.
/// </summary>
internal sealed class Ledger : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly AsyncLocal<Func<Task<Ledger>>?> Shared = new();

    private readonly Process? _process;
    private readonly HttpClient _http;

    private Ledger(Process process, JsonElement ready)
    {
        _process = process;
        _http = new HttpClient();
        Http = new Uri(ready.Text("http"));
        WebSocket = ready.Text("ws");
        Program = Address.Parse(ready.Text("program"));
        Authority = SolanaKey.FromSeed(ready.Hex("authoritySeed"));
        Rpc = new SolanaRpc(
            _http,
            new RpcOptions { Endpoints = [Http], RequestsPerSecond = 1_000_000, PollInterval = TimeSpan.FromMilliseconds(1) },
            TimeProvider.System,
            new Random(1));
    }

    private Ledger(Ledger other)
    {
        (_http, Http, WebSocket, Program) = (other._http, other.Http, other.WebSocket, other.Program);
        (Authority, Rpc) = (other.Authority, other.Rpc);
    }

    public Uri Http { get; }

    public string WebSocket { get; }

    public SolanaRpc Rpc { get; }

    public Address Program { get; }

    public SolanaKey Authority { get; }

    public static async Task<Ledger> StartAsync(params string[] arguments)
    {
        if (Shared.Value is { } shared)
        {
            return await shared();
        }

        Process process = NodeScripts.StartLedger(arguments);
        string? line = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        if (line is null)
        {
            throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        }

        using var ready = JsonDocument.Parse(line);
        return new Ledger(process, ready.RootElement);
    }

    /// <summary>
    /// From here on, whoever starts a ledger gets this one, beginning anew with another build of the program.
    /// </summary>
    public void ShareWith(byte[] program) => Shared.Value = async () =>
    {
        await BeginAsync(program);
        return new Ledger(this);
    };

    public Task AdvanceAsync(long seconds, long slots) =>
        Rpc.CallAsync("ledgerAdvance", [new JsonObject { ["seconds"] = seconds, ["slots"] = slots }], default);

    public async Task SetAccountAsync(Address address, Address owner, ulong lamports, byte[] data) =>
        await Rpc.CallAsync(
            "ledgerSetAccount",
            [
                new JsonObject
                {
                    ["address"] = address.ToString(),
                    ["owner"] = owner.ToString(),
                    ["amount"] = lamports,
                    ["data"] = Convert.ToBase64String(data),
                },
            ],
            default);

    /// <summary>Ends it as a power cut would.</summary>
    public async Task KillAsync()
    {
        _process!.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Limit);
        _process.Dispose();
        _http.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _http.Dispose();
    }

    private Task BeginAsync(byte[] program) => Rpc.CallAsync(
        "ledgerBegin",
        [
            new JsonObject
            {
                ["program"] = Program.ToString(),
                ["elf"] = Convert.ToBase64String(program),
                ["unixTime"] = SettlementChain.StartTime,
            },
        ],
        default);
}
