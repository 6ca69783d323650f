using Infernet.Core.Jobs;

namespace Infernet.Execution.Generation;

/// <summary>
/// One text to generate. Exactly one of <see cref="Prompt"/> and <see cref="Messages"/> is set; messages are rendered
/// by the model's own chat template.
/// </summary>
public sealed record GenerationRequest
{
    internal const int MaxStops = 16;
    internal const int MaxStopBytes = 1024;

    /// <summary>Raw text that the model goes on from.</summary>
    public string? Prompt { get; init; }

    /// <summary>A conversation that the model answers.</summary>
    public IReadOnlyList<ChatTurn>? Messages { get; init; }

    /// <summary>How tokens are drawn.</summary>
    public SamplingOptions Sampling { get; init; } = SamplingOptions.Greedy;

    /// <summary>Most tokens to generate; the room left in the context may end the text earlier.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Texts that end the output; they are no part of it. At most 16, each at most 1,024 bytes.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Goes on past the end token: for measurements, which need a known amount of work.</summary>
    internal bool IgnoreEnd { get; init; }

    /// <summary>Checks everything that can be checked without a model.</summary>
    /// <exception cref="InvalidRequestException">Says which field is wrong, and what would be right.</exception>
    internal void Validate()
    {
        if (Prompt is null == Messages is null)
        {
            throw new InvalidRequestException("Exactly one of prompt and messages must be given.");
        }

        if (Messages is { Count: 0 })
        {
            throw new InvalidRequestException("messages is empty; it must hold at least one message.");
        }

        if (MaxTokens < 1)
        {
            throw new InvalidRequestException($"max_tokens is {MaxTokens}; it must be 1 or more.");
        }

        if (Stop.Count > MaxStops || Stop.Any(s => s.Length is 0 or > MaxStopBytes))
        {
            throw new InvalidRequestException(
                $"stop must be at most {MaxStops} texts of 1 to {MaxStopBytes} characters.");
        }

        Sampling.Validate();
    }
}
