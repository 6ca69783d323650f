namespace Infernet.Core.Jobs;

/// <summary>
/// One input of a job. Exactly one of <see cref="Prompt"/> and <see cref="Messages"/> is set; a chat job turns a bare
/// prompt into a user's message, and an embedding job reads it as the text.
/// </summary>
public sealed record JobInput
{
    /// <summary>The submitter's own name for the input, handed back with the result.</summary>
    public string? Id { get; init; }

    /// <summary>Raw text.</summary>
    public string? Prompt { get; init; }

    /// <summary>A conversation.</summary>
    public IReadOnlyList<ChatTurn>? Messages { get; init; }
}
