using Google.Protobuf;
using Infernet.Bench.Processes;
using Infernet.Core.Audits;
using Infernet.Core.Receipts;
using Infernet.Core.Schemas;
using Infernet.Execution.Generation;
using Infernet.Execution.Llama;
using FinishReason = Infernet.Core.Receipts.FinishReason;

namespace Infernet.Bench.Audits;

/// <summary>Questions as an audit's request, and the answers that an engine gives to them, with their receipts.</summary>
internal static class AuditedAnswers
{
    private static readonly string[] Lines =
        File.ReadAllLines(Path.Combine(Path.GetDirectoryName(Repository.Model)!, "questions.tsv"));

    /// <summary>How many questions there are.</summary>
    public static int Questions => Lines.Length;

    /// <summary>A request about questions that nobody has answered yet.</summary>
    public static AuditRequest Ask(IEnumerable<int> questions, Sampling sampling) => new()
    {
        Nonce = ByteString.CopyFrom(new byte[AuditLimits.NonceLength]),
        Kind = JobKind.Chat,
        ModelRoot = ByteString.CopyFrom(1),
        Sampling = sampling,
        Engine = new EngineDescription { Name = "llama.cpp" },
        Items = { questions.Select(Question) },
    };

    /// <summary>Lets an engine answer all items, as many at once as it has sequences.</summary>
    public static async Task AnswerAsync(LlamaEngine engine, AuditRequest request, CancellationToken ct)
    {
        request.Engine = Describe(engine);
        await Task.WhenAll(request.Items.Select(item => AnswerAsync(engine, item, request.Sampling, ct)));
    }

    /// <summary>A text of so many tokens, another for each number.</summary>
    public static string PromptOf(LlamaEngine engine, int tokens, int number)
    {
        string text = "";
        for (int word = number; engine.Tokenize(text).Count < tokens; word++)
        {
            text += "ab cd ef gh"[(word % 4 * 3)..][..2] + (word % 7 == 0 ? " " : "");
        }

        return text;
    }

    /// <summary>Puts what an engine generated into an item, and signs for it.</summary>
    public static void Take(AuditItem item, GenerationResult result)
    {
        item.Output = new ItemOutput { Index = item.Input.Index, Text = result.Text };
        item.Receipt = new ItemReceipt
        {
            TokenIds = { result.TokenIds.Select(token => (uint)token) },
            PromptTokens = (uint)result.PromptTokens,
            FinishReason = result.FinishReason == Execution.Generation.FinishReason.Stop
                ? FinishReason.Stop
                : FinishReason.Length,
        };
        Seal(item);
    }

    /// <summary>Signs for what is in the item now.</summary>
    public static void Seal(AuditItem item)
    {
        item.Receipt.Index = item.Input.Index;
        item.Receipt.InputHash = ByteString.CopyFrom(ItemHash.Of(item.Input));
        item.Receipt.OutputHash = ByteString.CopyFrom(OutputHash.Of(item.Output));
        item.Receipt.CompletionTokens = (uint)item.Receipt.TokenIds.Count;
    }

    /// <summary>An engine as receipts describe it.</summary>
    public static EngineDescription Describe(LlamaEngine engine) => new()
    {
        Name = engine.Info.Name,
        Build = engine.Info.LibraryVersion,
        CpuVariant = engine.Info.CpuVariant,
        FlashAttention = engine.Info.FlashAttention,
        KvMode = engine.Info.KvMode,
        KvPrecision = "f16",
        Device = "cpu",
        Weights = engine.Info.Precision,
        ContextTokens = (uint)engine.ContextLength,
    };

    private static async Task AnswerAsync(LlamaEngine engine, AuditItem item, Sampling sampling, CancellationToken ct)
    {
        Take(item, await engine.CompleteAsync(JobRequests.Of(item.Input, sampling), ct));
    }

    /// <summary>
    /// A question. Every second one asks for a word that does not exist: there the model is unsure, choices are narrow,
    /// and honest machines disagree most.
    /// </summary>
    public static string QuestionText(int number)
    {
        string question = Lines[number % Lines.Length].Split('\t')[1];
        if (number % 2 == 0)
        {
            return question;
        }

        string[] words = question.TrimEnd('?', '.').Split(' ');
        words[^1] = new string([.. words[^1].Reverse()]);
        return string.Join(' ', words) + question[^1];
    }

    private static AuditItem Question(int number) => new()
    {
        Input = new Item
        {
            Index = (ulong)number,
            Chat = new ChatMessages
            {
                Messages = { new ChatMessage { Role = "user", Content = QuestionText(number) } },
            },
        },
    };
}
