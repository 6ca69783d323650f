using Spectre.Console;

namespace Infernet.Cli.Terminals;

/// <summary>One cell of a <see cref="Sheet"/>.</summary>
internal readonly record struct SheetCell(string Text, Color? Colour = null, Decoration Decoration = Decoration.None)
{
    /// <summary>What stands there instead where the window is too narrow for all of it.</summary>
    public string? Brief { get; init; }

    public static implicit operator SheetCell(string text) => new(text);

    /// <summary>A contract's or channel's address, which commands know by its beginning.</summary>
    public static SheetCell Address(string address) => new(address) { Brief = Units.ShortAddress(address) };

    /// <summary>A point in time; its day where there is no room for more.</summary>
    public static SheetCell Time(string time) => new(time) { Brief = time.Split(' ')[0] };

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
