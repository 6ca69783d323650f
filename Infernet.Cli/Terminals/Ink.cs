using System.Text;

namespace Infernet.Cli.Terminals;

/// <summary>
/// Colours for one output: escape codes where it shows them, nothing where it does not. Also keeps what others said
/// from steering the terminal.
/// </summary>
/// <param name="IsTerminal">Whether a person looks at it.</param>
/// <param name="HasColours">Whether colours are wanted.</param>
internal sealed record Ink(bool IsTerminal, bool HasColours)
{
    public string Bold(string text) => Wrap(text, "1");

    public string Dim(string text) => Wrap(text, "2");

    public string Red(string text) => Wrap(text, "31");

    public string Green(string text) => Wrap(text, "32");

    public string Yellow(string text) => Wrap(text, "33");

    public string Cyan(string text) => Wrap(text, "36");

    /// <summary>
    /// The text with control characters made visible when it goes to a terminal: a peer's name or a model's output must
    /// not move the cursor, set the title or hide a line. Line breaks and tabs stay.
    /// </summary>
    public string Safe(string text)
    {
        if (!IsTerminal || !text.Any(IsHarmful))
        {
            return text;
        }

        var safe = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            safe.Append(IsHarmful(c) ? '\uFFFD' : c);
        }

        return safe.ToString();
    }

    private static bool IsHarmful(char c) => char.IsControl(c) && c is not ('\n' or '\t');

    private string Wrap(string text, string code) => HasColours ? $"\e[{code}m{text}\e[0m" : text;
}
