using System.Diagnostics;
using Google.Protobuf;
using Infernet.Core.Schemas;
using Infernet.Execution.Llama;

namespace Infernet.Execution.Tests.Auditing;

/// <summary>
/// An engine in a process of its own, since a process can have one CPU variant only. It takes a request a line, answers
/// it if it has no answers yet, judges it if it has, and prints the outcome; all as base64 of protobuf.
/// </summary>
internal sealed class ChildEngine : IDisposable
{
    private readonly Process _process;

    private ChildEngine(Process process) => _process = process;

    /// <summary>The entry point: variant, model, slots and whether flash attention is used.</summary>
    public static async Task<int> Main(string[] args)
    {
        var options = new LlamaOptions
        {
            Variant = args[0],
            Sequences = int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture),
            FlashAttention = bool.Parse(args[3]),
            ContextPerSequence = 256,
            Threads = 1,
        };
        await using LlamaEngine engine = await LlamaEngine.LoadAsync(args[1], options);
        while (await Console.In.ReadLineAsync() is { } line)
        {
            AuditRequest request = AuditRequest.Parser.ParseFrom(Convert.FromBase64String(line));
            if (request.Items[0].Output is null)
            {
                await Answers.AnswerAsync(engine, request);
                Console.WriteLine(request.ToByteString().ToBase64());
            }
            else
            {
                var verdict = new Verdict { Items = { await Answers.JudgeAsync(engine, request) } };
                Console.WriteLine(verdict.ToByteString().ToBase64());
            }
        }

        return 0;
    }

    public static ChildEngine Start(string variant, string model, int slots, bool flash) =>
        new(Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                typeof(ChildEngine).Assembly.Location, variant, model,
                slots.ToString(System.Globalization.CultureInfo.InvariantCulture), flash.ToString(),
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!);

    /// <summary>Has the questions answered; the answers come back in a copy.</summary>
    public async Task<AuditRequest> AnswerAsync(AuditRequest request) =>
        AuditRequest.Parser.ParseFrom(await CallAsync(request));

    public async Task<IReadOnlyList<ItemVerdict>> JudgeAsync(AuditRequest request) =>
        Verdict.Parser.ParseFrom(await CallAsync(request)).Items;

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<byte[]> CallAsync(AuditRequest request)
    {
        await _process.StandardInput.WriteLineAsync(request.ToByteString().ToBase64());
        await _process.StandardInput.FlushAsync();
        string? line = await _process.StandardOutput.ReadLineAsync().WaitAsync(TestModels.Patience);
        return Convert.FromBase64String(line ?? throw new EndOfStreamException("The other engine's process ended."));
    }
}
