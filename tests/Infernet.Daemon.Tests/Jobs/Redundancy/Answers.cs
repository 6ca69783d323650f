using Infernet.Daemon.Journal;

namespace Infernet.Daemon.Tests.Jobs.Redundancy;

/// <summary>Answers to compare.</summary>
internal static class Answers
{
    public static OutputRecord Text(string text) => Empty() with { Output = text };

    public static OutputRecord Numbers(params float[] numbers) => Empty() with { Embedding = numbers };

    public static OutputRecord Failure(string error) => Empty() with { Error = error, FinishReason = "error" };

    private static OutputRecord Empty() => new()
    {
        Index = 7, FinishReason = "stop", PromptTokens = 1, CompletionTokens = 1, Provider = "peer", Receipt = [1],
    };
}
