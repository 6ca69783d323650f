namespace Infernet.Execution;

/// <summary>A prompt leaves no room in the context for even one token.</summary>
public sealed class PromptTooLongException : InferenceException
{
    internal PromptTooLongException(int promptTokens, int contextLength)
        : base($"The prompt has {promptTokens} tokens and must leave room for an answer, " +
            $"but the context holds {contextLength}. Shorten it, or load the model with a longer context.")
    {
        PromptTokens = promptTokens;
        ContextLength = contextLength;
    }

    /// <summary>How many tokens the prompt has.</summary>
    public int PromptTokens { get; }

    /// <summary>How many tokens one sequence may hold.</summary>
    public int ContextLength { get; }
}
