using Spectre.Console;

namespace Infernet.Cli.Terminals;

/// <summary>One cell of a <see cref="Sheet"/>.</summary>
internal readonly record struct SheetCell(string Text, Color? Colour = null, Decoration Decoration = Decoration.None)
{
    public static implicit operator SheetCell(string text) => new(text);

    public static SheetCell Dim(string text) => new(text, Decoration: Decoration.Dim);

    public static SheetCell Good(string text) => new(text, Color.Green);

    public static SheetCell Warning(string text) => new(text, Color.Olive);

    public static SheetCell Bad(string text) => new(text, Color.Maroon);

    /// <summary>A job's, model's or provider's state in its colour.</summary>
    public static SheetCell State(string state) => state switch
    {
        "done" or "serving" or "ready" or "active" or "yes" => Good(state),
        "failed" or "lost" => Bad(state),
        "partial" or "cancelled" or "declined" => Warning(state),
        _ => state,
    };
}
