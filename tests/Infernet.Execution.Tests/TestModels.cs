using Infernet.Core.Jobs;
using Infernet.Execution.Generation;
using Infernet.Execution.Llama;

namespace Infernet.Execution.Tests;

/// <summary>The shipped model and requests to it.</summary>
internal static class TestModels
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "models");

    public static string Pocket => Path.Combine(Folder, "pocket-wordnet-5m.q8_0.gguf");

    /// <summary>Question and exact answer.</summary>
    public static IReadOnlyList<(string Question, string Answer)> Questions { get; } =
    [
        .. File.ReadLines(Path.Combine(Folder, "questions.tsv"))
            .Select(line => line.Split('\t'))
            .Select(fields => (fields[1], fields[2])),
    ];

    /// <summary>
    /// One thread unless the test says otherwise: several wait for each other by spinning, and while other programs use
    /// the machine, they mostly do that.
    /// </summary>
    public static Task<LlamaEngine> LoadAsync(LlamaOptions? options = null)
    {
        options ??= new LlamaOptions { ContextPerSequence = 512 };
        return LlamaEngine.LoadAsync(Pocket, options with { Threads = options.Threads ?? 1 });
    }

    public static GenerationRequest Ask(string question, int maxTokens = 96) => new()
    {
        Messages = [new ChatTurn("user", question)],
        MaxTokens = maxTokens,
    };
}
