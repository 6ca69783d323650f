namespace Infernet.Execution.Generation;

/// <summary>A generated text and how it came about.</summary>
public sealed record GenerationResult
{
    /// <summary>The text, without what ended it.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// Every token that was drawn, in order. The end token and the tokens of a stop text are among them, since an audit
    /// checks those too.
    /// </summary>
    public required IReadOnlyList<int> TokenIds { get; init; }

    /// <summary>How many tokens the prompt had.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>How many tokens were drawn.</summary>
    public int CompletionTokens => TokenIds.Count;

    /// <summary>Why it ended.</summary>
    public required FinishReason FinishReason { get; init; }

    /// <summary>The stop text that ended it, if one did.</summary>
    public string? StopText { get; init; }

    /// <summary>How long it took.</summary>
    public required GenerationTimings Timings { get; init; }
}
