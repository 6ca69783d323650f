using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Infernet.Solana.Keys;

namespace Infernet.Solana.Histories.Chain;

/// <summary>
/// The real runtime with the program on it, in a process of its own (programs/ledger) whose clock is ours; it can begin
/// anew as often as wanted.
/// </summary>
public sealed class LocalLedger : IAsyncDisposable
{
    public const long StartTime = 1_800_000_000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly Process _process;
    private readonly HttpClient _http = new();
    private readonly string _program;

    private LocalLedger(Process process, string program, JsonElement ready)
    {
        _process = process;
        _program = program;
        Http = new Uri(ready.GetProperty("http").GetString()!);
        Program = Address.Parse(ready.GetProperty("program").GetString()!);
        WebSocket = new Uri(ready.GetProperty("ws").GetString()!);
        AuthoritySeed = Convert.FromHexString(ready.GetProperty("authoritySeed").GetString()!);
        Authority = SolanaKey.FromSeed(AuthoritySeed.Span);
    }

    public Uri Http { get; }

    public Uri WebSocket { get; }

    public Address Program { get; }

    /// <summary>Who may upgrade and configure the program; has a thousand SOL.</summary>
    public SolanaKey Authority { get; }

    public ReadOnlyMemory<byte> AuthoritySeed { get; }

    /// <param name="root">The repository's folder.</param>
    /// <param name="arguments">Further arguments of ledger.mjs; without any, the clock is ours.</param>
    public static async Task<LocalLedger> StartAsync(string root, params string[] arguments)
    {
        var start = new ProcessStartInfo("node", ["ledger.mjs", .. arguments.Length == 0 ? ["--manual-clock"] : arguments])
        {
            WorkingDirectory = Path.Combine(root, "programs", "ledger"),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start) ?? throw new InvalidOperationException("node did not start.");
        string line = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit)
            ?? throw new InvalidOperationException("The ledger did not start. Install it with: programs/ledger/install.sh");
        using var ready = JsonDocument.Parse(line);
        string program = Path.Combine(root, "programs", "settlement", "settlement.so");
        return new LocalLedger(process, program, ready.RootElement);
    }

    /// <summary>Forgets everything but the program.</summary>
    public async Task BeginAnewAsync(CancellationToken cancellation)
    {
        var batch = new Batch();
        var arguments = new JsonObject
        {
            ["program"] = Program.ToString(),
            ["elf"] = Convert.ToBase64String(await File.ReadAllBytesAsync(_program, cancellation).ConfigureAwait(false)),
            ["unixTime"] = StartTime,
        };
        batch.Add("ledgerBegin", [arguments], _ => { });
        await SendAsync(batch, cancellation).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Limit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _http.Dispose();
    }

    internal async Task SendAsync(Batch batch, CancellationToken cancellation)
    {
        using var content = new ByteArrayContent(batch.Encode());
        content.Headers.ContentType = Json;
        using HttpResponseMessage response = await _http.PostAsync(Http, content, cancellation).ConfigureAwait(false);
        byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        using var answers = JsonDocument.Parse(body);
        batch.Read(answers.RootElement);
    }
}
