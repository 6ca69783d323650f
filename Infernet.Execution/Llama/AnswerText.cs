using Infernet.Execution.Text;

namespace Infernet.Execution.Llama;

/// <summary>
/// The text that drawn tokens make, and where it ends: at the model's end token or at a stop text. Whoever generates and
/// whoever checks what was generated both use it, so that they can't differ.
/// </summary>
internal sealed class AnswerText(Vocabulary vocabulary, IReadOnlyList<string> stops, bool ignoreEnd = false)
{
    private readonly StreamingText _text = new(stops);

    /// <summary>The stop text that appeared, if one did.</summary>
    public string? StopText => _text.StopText;

    /// <summary>Adds a token; true when it ends the text.</summary>
    public bool Append(int token) =>
        !ignoreEnd && vocabulary.IsEnd(token) || _text.Append(vocabulary.Piece(token));

    /// <summary>Ends the text: what was held back without reason belongs to it after all.</summary>
    public void Finish() => _text.Finish();

    /// <summary>What has become certain since the last call.</summary>
    public string Take() => _text.Take();

    /// <summary>Everything that is certain so far.</summary>
    public override string ToString() => _text.ToString();
}
