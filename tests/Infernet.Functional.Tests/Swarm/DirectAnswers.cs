using System.Text.Json;
using Infernet.Core.Jobs;
using Infernet.Execution.Generation;
using Infernet.Execution.Llama;

namespace Infernet.Functional.Tests.Swarm;

/// <summary>What the shipped model says when no swarm stands between it and the one who asks.</summary>
internal static class DirectAnswers
{
    /// <summary>The answers to questions, each a line of JSON with its messages, in order.</summary>
    public static async Task<string[]> ToAsync(
        IReadOnlyList<string> questions, SamplingOptions sampling, int maxTokens)
    {
        await using LlamaEngine engine = await LlamaEngine.LoadAsync(
            Repository.Model, new LlamaOptions { Threads = 1 });
        GenerationResult[] results = await Task.WhenAll(questions.Select(question => engine.CompleteAsync(
            new GenerationRequest
            {
                Messages = [new ChatTurn("user", ContentOf(question))], Sampling = sampling, MaxTokens = maxTokens,
            })));
        return [.. results.Select(r => r.Text)];
    }

    private static string ContentOf(string line) => JsonDocument.Parse(line).RootElement
        .GetProperty("messages")[0].GetProperty("content").GetString()!;
}
