using Spectre.Console;

namespace Infernet.Cli.Terminals;

/// <summary>
/// Rows under headings, without lines around them. On a terminal it fits the window; elsewhere each row is one line,
/// however long, so that other programs can cut it up.
/// </summary>
internal sealed class Sheet
{
    private const int Unlimited = 100_000;
    private const int Gap = 2;

    // What is longer is an id, which may be folded before everything beside it is.
    private const int LongestWord = 20;
    private readonly string[] _headings;
    private readonly List<SheetCell[]> _rows = [];

    // A heading that starts with '>' stands over numbers.
    public Sheet(params string[] headings) => _headings = headings;

    public void Add(params SheetCell[] cells) => _rows.Add(cells);

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
        int room = ink.IsTerminal ? width ?? Unlimited : Unlimited;
        console.Profile.Width = room;
        console.Write(TableOf(isCramped: NaturalWidth() > room));
        return string.Join('\n', text.ToString().Split('\n').Select(line => line.TrimEnd()));
    }

    private int NaturalWidth() => Enumerable.Range(0, _headings.Length).Sum(column =>
        Gap + Math.Max(_headings[column].TrimStart('>').Length, _rows.Max(row => (int?)row[column].Text.Length) ?? 0));

    private Table TableOf(bool isCramped)
    {
        Table table = new Table().NoBorder();
        for (int i = 0; i < _headings.Length; i++)
        {
            bool right = _headings[i].StartsWith('>');
            table.AddColumn(new TableColumn(new Text(_headings[i].TrimStart('>'), new Style(decoration: Decoration.Bold)))
            {
                Alignment = right ? Justify.Right : Justify.Left,
                Padding = new Padding(0, 0, Gap, 0),

                // Sentences wrap before words and numbers are broken.
                NoWrap = right || _rows.All(row => IsWord(TextOf(row[i], isCramped))),
            });
        }

        foreach (SheetCell[] row in _rows)
        {
            table.AddRow(row.Select(c => new Text(TextOf(c, isCramped), new Style(c.Colour, decoration: c.Decoration))));
        }

        return table;
    }

    private static bool IsWord(string text) => text.Length <= LongestWord && !text.Contains(' ');

    private static string TextOf(SheetCell cell, bool isCramped) => isCramped && cell.Brief is { } brief ? brief : cell.Text;
}
