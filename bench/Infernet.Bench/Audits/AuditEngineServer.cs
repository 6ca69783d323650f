using System.Text.Json;
using Google.Protobuf;
using Infernet.Bench.Servers;
using Infernet.Core.Audits;
using Infernet.Core.Schemas;
using Infernet.Execution.Auditing;
using Infernet.Execution.Llama;
using Infernet.Execution.Llama.Native;
using Microsoft.Extensions.Logging.Abstractions;

namespace Infernet.Bench.Audits;

/// <summary>
/// Answers and judges on one CPU variant: a process can have only one, so a calibration needs a process for each. One
/// engine at a time is loaded, since compute threads that wait for work would take the processors from others.
/// </summary>
internal static class AuditEngineServer
{
    private static LlamaEngine? _engine;
    private static string _loaded = "";

    public static async Task RunAsync(string variant, CancellationToken ct)
    {
        LlamaLibrary library = LlamaLibrary.Load(variant, NullLogger.Instance);
        await CommandLoop.RunAsync(
            new { ready = true, library = library.Version },
            new Dictionary<string, Func<JsonElement, Task<object>>>
            {
                ["answer"] = async command =>
                {
                    AuditRequest request = Request(command);
                    await AuditedAnswers.AnswerAsync(await LoadAsync(command, ct), request, ct);
                    return request.ToByteString().ToBase64();
                },
                ["judge"] = async command =>
                {
                    var auditor = new LlamaAuditor(await LoadAsync(command, ct), AuditCalibrations.Shipped);
                    var verdict = new Verdict { Items = { await auditor.JudgeAsync(Request(command), ct) } };
                    return verdict.ToByteString().ToBase64();
                },
                ["embed"] = async command =>
                {
                    LlamaEngine engine = await LoadAsync(command, ct);
                    var embeddings = new List<IReadOnlyList<float>>();
                    foreach (string text in command.GetProperty("texts").EnumerateArray().Select(t => t.GetString()!))
                    {
                        embeddings.Add(await engine.EmbedAsync(text, ct));
                    }

                    return embeddings;
                },
            },
            ct);
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }
    }

    private static AuditRequest Request(JsonElement command) =>
        AuditRequest.Parser.ParseFrom(Convert.FromBase64String(command.Text("request")));

    private static async Task<LlamaEngine> LoadAsync(JsonElement command, CancellationToken ct)
    {
        (string model, int slots, bool flash) =
            (command.Text("model"), command.Int("slots"), command.GetProperty("flash").GetBoolean());
        string wanted = $"{model} {slots} {flash}";
        if (_engine is null || _loaded != wanted)
        {
            if (_engine is not null)
            {
                await _engine.DisposeAsync();
            }

            _engine = await LlamaEngine.LoadAsync(
                model,
                new LlamaOptions { Sequences = slots, ContextPerSequence = 512, FlashAttention = flash, Threads = 1 },
                cancellationToken: ct);
            _loaded = wanted;
        }

        return _engine;
    }
}
