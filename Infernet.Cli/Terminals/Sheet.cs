using Spectre.Console;

namespace Infernet.Cli.Terminals;

/// <summary>
/// Rows under headings, without lines around them. On a terminal it fits the window; elsewhere each row is one line,
/// however long, so that other programs can cut it up.
/// </summary>
internal sealed class Sheet
{
    private const int Unlimited = 100_000;
    private readonly Table _table = new();

    public Sheet(params string[] headings)
    {
        _table.NoBorder();
        foreach (string heading in headings)
        {
            // A heading that starts with '>' stands over numbers.
            bool right = heading.StartsWith('>');
            var column = new TableColumn(new Text(heading.TrimStart('>'), new Style(decoration: Decoration.Bold)))
            {
                Alignment = right ? Justify.Right : Justify.Left,
                Padding = new Padding(0, 0, 2, 0),
                NoWrap = right,
            };
            _table.AddColumn(column);
        }
    }

    public void Add(params SheetCell[] cells) =>
        _table.AddRow(cells.Select(c => new Text(c.Text, new Style(c.Colour, decoration: c.Decoration))));

    /// <summary>The lines, without spaces at their ends.</summary>
    public string Render(Ink ink, int? width)
    {
        var text = new StringWriter { NewLine = "\n" };
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = ink.HasColours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = ink.HasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = ink.IsTerminal ? width ?? Unlimited : Unlimited;
        console.Write(_table);
        return string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd()));
    }
}
