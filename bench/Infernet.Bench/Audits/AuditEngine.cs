using Google.Protobuf;
using Infernet.Bench.Processes;
using Infernet.Core.Schemas;

namespace Infernet.Bench.Audits;

/// <summary>An engine on a CPU variant of its own, in another process.</summary>
internal sealed class AuditEngine : IAsyncDisposable
{
    private readonly BenchProcess _process;

    private AuditEngine(BenchProcess process, string variant) => (_process, Variant) = (process, variant);

    /// <summary>The build of the CPU kernels.</summary>
    public string Variant { get; }

    public static async Task<AuditEngine> StartAsync(string variant, CancellationToken ct) =>
        new(await BenchProcess.StartSelfAsync(ct, "audit-engine", variant), variant);

    /// <summary>Answers a request's items; the answers come back in a copy.</summary>
    public async Task<AuditRequest> AnswerAsync(EngineSetup setup, AuditRequest request, CancellationToken ct) =>
        AuditRequest.Parser.ParseFrom(await CallAsync("answer", setup, request, ct));

    /// <summary>Judges a request's answers.</summary>
    public async Task<IReadOnlyList<ItemVerdict>> JudgeAsync(
        EngineSetup setup, AuditRequest request, CancellationToken ct) =>
        Verdict.Parser.ParseFrom(await CallAsync("judge", setup, request, ct)).Items;

    /// <summary>The embeddings of texts.</summary>
    public Task<float[][]> EmbedAsync(EngineSetup setup, IReadOnlyList<string> texts, CancellationToken ct) =>
        _process.CallAsync<float[][]>(
            "embed", new { model = setup.Model, slots = setup.Slots, flash = setup.Flash, texts }, ct);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task<byte[]> CallAsync(
        string command, EngineSetup setup, AuditRequest request, CancellationToken ct) =>
        Convert.FromBase64String(await _process.CallAsync<string>(
            command,
            new
            {
                model = setup.Model,
                slots = setup.Slots,
                flash = setup.Flash,
                request = request.ToByteString().ToBase64(),
            },
            ct));
}
